// A slider that says its value in points and in money while it moves; without a script the form's own field does.
// <div data-range data-per-unit="100" data-currency="EUR"><input type="range"><output data-points><output data-money></div>

function show(slider) {
  const input = slider.querySelector("input");
  const points = Number(input.value);
  const language = document.documentElement.lang;
  const [number, money] = [slider.querySelector("[data-points]"), slider.querySelector("[data-money]")];
  if (number) number.textContent = new Intl.NumberFormat(language).format(points);
  if (money) {
    const { perUnit, currency } = slider.dataset;
    const worth = Math.floor((points * 100) / Number(perUnit)) / 100;
    money.textContent = new Intl.NumberFormat(language, { style: "currency", currency }).format(worth);
  }
}

document.addEventListener("input", (event) => {
  const slider = event.target.closest("[data-range]");
  if (slider) show(slider);
});
document.querySelectorAll("[data-range]").forEach(show);

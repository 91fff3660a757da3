// A second and a half of paper in the brand's colours; nothing for people who want less motion.

const PIECES = 70;
const COLOURS = ["--accent-shape", "--accent", "--good-text", "--wait-text", "--deep"];
const NS = "http://www.w3.org/2000/svg";

function piece(styles, width, height) {
  const rect = document.createElementNS(NS, "rect");
  const size = 6 + Math.random() * 7;
  const colour = COLOURS[Math.floor(Math.random() * COLOURS.length)];
  rect.setAttribute("width", size);
  rect.setAttribute("height", size * (0.4 + Math.random() * 0.6));
  rect.setAttribute("rx", Math.random() < 0.3 ? size : 1.5);
  rect.setAttribute("fill", styles.getPropertyValue(colour));
  const side = Math.random() < 0.5 ? -1 : 1;
  const start = [width / 2 + side * width * 0.1, height * 0.42];
  const rise = [start[0] + side * Math.random() * width * 0.45, start[1] - Math.random() * height * 0.45];
  const fall = [rise[0] + side * Math.random() * 60, height + 30];
  const at = ([x, y], turn) => `translate(${x}px, ${y}px) rotate(${turn}deg)`;
  const turn = (Math.random() - 0.5) * 900;
  rect.animate(
    [
      { transform: at(start, 0), opacity: 1, easing: "cubic-bezier(0.1, 0.8, 0.3, 1)" },
      { transform: at(rise, turn / 2), opacity: 1, offset: 0.35, easing: "cubic-bezier(0.5, 0, 0.9, 0.6)" },
      { transform: at(fall, turn), opacity: 0.9 },
    ],
    { duration: 1300 + Math.random() * 900, fill: "forwards" },
  );
  return rect;
}

export function celebrate() {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.querySelector(".confetti")) return;
  const sky = document.createElement("div");
  sky.className = "confetti";
  sky.setAttribute("aria-hidden", "true");
  const svg = document.createElementNS(NS, "svg");
  sky.append(svg);
  document.body.append(sky);
  const styles = getComputedStyle(document.documentElement);
  for (let count = 0; count < PIECES; count += 1) svg.append(piece(styles, innerWidth, innerHeight));
  setTimeout(() => sky.remove(), 2400);
}

"""What remains of the lots that are there follows from the transfers so far, each member's lived through once more."""

from itertools import groupby

from django.db import migrations

BATCH = 2_000


class History:
    """One member's lots, used oldest first, as their transfers moved the wallet."""

    def __init__(self, Lot, Use, member_id):
        self.Lot, self.Use, self.member_id = Lot, Use, member_id
        self.lots = {lot.pk: lot for lot in Lot.objects.filter(member_id=member_id)}
        self.there = []
        self.taken = {}
        self.uses = []

    def live(self, transfer):
        """Move what remains as this transfer moved the wallet."""
        if transfer.source == "wallet":
            own = [self.lots[transfer.lot_id]] if transfer.lot_id else []
            self.take(transfer, [*own, *self.there])
        elif transfer.source == "redeemed":
            for lot, points in self.taken.pop(self.paid_for(transfer)):
                self.use(transfer, lot, -points)
        elif transfer.lot_id:
            lot = self.lots[transfer.lot_id]
            self.arrive(lot, transfer)
            lot.remaining += transfer.points
        else:
            # Points that staff gave had no lot; the transfer cannot be changed, so the use says what the lot got.
            cause = transfer.reference[:220]
            lot = self.Lot.objects.create(cause=cause, member_id=self.member_id, points=0, at=transfer.at)
            self.lots[lot.pk] = lot
            self.arrive(lot, transfer)
            self.use(transfer, lot, -transfer.points)

    def arrive(self, lot, transfer):
        if lot.available_at is None:
            lot.available_at = transfer.posted_at
            self.there.append(lot)

    def take(self, transfer, lots):
        wanted = transfer.points
        taken = []
        for lot in lots:
            if part := min(wanted, lot.remaining):
                self.use(transfer, lot, part)
                taken.append((lot, part))
                wanted -= part
        if transfer.target == "redeemed":
            self.taken[transfer.reference] = taken

    def paid_for(self, transfer):
        """The reference of the payment that this transfer gave back."""
        named = [reference for reference in self.taken if transfer.reference.startswith(reference)]
        alike = [ref for ref, taken in self.taken.items() if sum(points for _lot, points in taken) == transfer.points]
        return max(named, key=len) if named else alike[0]

    def use(self, transfer, lot, points):
        lot.remaining -= points
        self.uses.append(self.Use(transfer=transfer, lot=lot, points=points))

    def write(self):
        self.Lot.objects.bulk_update(self.there, ["available_at", "remaining"], batch_size=BATCH)
        self.Use.objects.bulk_create(self.uses, batch_size=BATCH)


def forwards(apps, schema_editor):
    Lot = apps.get_model("ledger", "Lot")
    Use = apps.get_model("ledger", "Use")
    Transfer = apps.get_model("ledger", "Transfer")
    moved = Transfer.objects.filter(source="wallet") | Transfer.objects.filter(target="wallet")
    in_order = moved.order_by("member_id", "pk").iterator(chunk_size=BATCH)
    for member_id, transfers in groupby(in_order, key=lambda transfer: transfer.member_id):
        history = History(Lot, Use, member_id)
        for transfer in transfers:
            history.live(transfer)
        history.write()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_what_remains_of_each_lot")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]

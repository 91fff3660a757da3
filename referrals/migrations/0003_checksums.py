"""Each fact gets a checksum over its cells; what is there already gets one when it is first counted."""

import core.sums
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0002_parties_stay"),
    ]

    operations = [
        migrations.AddField(
            model_name="code",
            name="checksum",
            field=core.sums.Checksum(covers=("member", "code", "created_at")),
        ),
        migrations.AddField(
            model_name="referral",
            name="checksum",
            field=core.sums.Checksum(
                covers=(
                    "referrer",
                    "friend",
                    "code",
                    "matched_by",
                    "clicked_at",
                    "referrer_joined_at",
                    "joined_at",
                    "terms",
                    "awaits",
                    "cap_per",
                    "qualify_until",
                    "state",
                    "refusal",
                    "why",
                    "qualified_at",
                    "activity",
                    "referrer_reward",
                    "friend_reward",
                )
            ),
        ),
    ]

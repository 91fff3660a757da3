"""The books of points: double entry, append-only, one writer.

`settling.settle` awards and reverses, `spending` spends, donates, gives back and adjusts, `releasing` ends a hold,
`statement` reads. Nothing else writes here.
"""

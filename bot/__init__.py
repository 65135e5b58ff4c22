"""How we talk: everything that touches the outside."""

import os

# numpy's threads go on spinning after each product. On two cores that took as long as the models themselves,
# and what it multiplies is small. It reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

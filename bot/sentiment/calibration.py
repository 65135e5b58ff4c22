"""Make probabilities mean what they say: a model that is too sure of itself is cooled by a temperature."""

from bot.sentiment.windows import Felt


def tempered(felt: Felt, temperature: float) -> Felt:
    """The same feeling, less sure above a temperature of 1, surer below; what is likeliest stays so.

    The softmax of logits becomes that of logits / temperature.
    """
    if temperature == 1:
        return felt
    likeliest = max(felt)
    powers = [(share / likeliest) ** (1 / temperature) for share in felt]
    return Felt(*(power / sum(powers) for power in powers))

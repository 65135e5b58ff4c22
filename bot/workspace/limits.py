"""Every limit of Slack that this workspace keeps, in one table."""

from dataclasses import dataclass
from datetime import timedelta

# Surfaces
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
MESSAGE_BLOCKS_TOTAL = 13_200
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
METADATA_BYTES = 16_000
VIEW_BYTES = 250_000
VIEW_STACK = 3
VIEW_TITLE = 24
VIEW_BUTTON = 24
PRIVATE_METADATA = 3_000
CALLBACK_ID = 255
EXTERNAL_ID = 255
ATTACHMENTS = 100

# Blocks
BLOCK_ID = 255
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
ACTIONS_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
IMAGE_URL = 3_000
ALT_TEXT = 2_000
IMAGE_TITLE = 2_000
MARKDOWN_TOTAL = 12_000
INPUT_LABEL = 2_000
INPUT_HINT = 2_000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
DATA_TABLE_ROWS = 201
DATA_TABLE_CHARACTERS = 20_000
CHARTS_IN_MESSAGE = 2
CHART_TITLE = 50
CHART_SERIES = 12
CHART_POINTS = 20
CHART_LABEL = 20
ALERT_TEXT = 200
CARD_TITLE = 150
CARD_TEXT = 200
CARD_ACTIONS = 3
CONTAINER_BLOCKS = 10
CONTEXT_ACTIONS_ELEMENTS = 5

# Elements and objects
ACTION_ID = 255
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
ACCESSIBILITY_LABEL = 75
PLACEHOLDER = 150
OPTIONS = 100
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_DESCRIPTION = 75
OPTION_URL = 3_000
OPTION_GROUPS = 100
OPTION_GROUP_LABEL = 75
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10
INPUT_VALUE = 3_000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

# Conversations
CHANNEL_NAME = 80
HISTORY_PAGE = 999
LIST_PAGE = 1_000
SCHEDULE_AHEAD = timedelta(days=120)
REACTIONS_PER_MESSAGE = 50
PINS_PER_CHANNEL = 100

# Delivery
SOCKETS = 10
RESPONSE_URL_USES = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """The lengths of time that Slack keeps; tests may shorten those that they would have to wait for."""

    acknowledge_within: timedelta = timedelta(seconds=3)
    trigger_lives: timedelta = timedelta(seconds=3)
    response_url_lives: timedelta = timedelta(minutes=30)
    event_retries: tuple[timedelta, ...] = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
    socket_lives: timedelta = timedelta(hours=6)
    unanswered_call: timedelta = timedelta(seconds=60)

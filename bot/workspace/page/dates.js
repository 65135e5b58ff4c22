// Writes moments as Slack's date tokens do, in the time zone of the browser.

const HOUR_12 = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12;
const HALF_YEAR = 183 * 86400e3;
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const AGO_STEPS = [[60, "second"], [3600, "minute"], [86400, "hour"], [86400 * 30, "day"], [86400 * 365, "month"],
  [Infinity, "year"]];

const part = (options) => (date) => new Intl.DateTimeFormat("en-US", options).format(date);
const [month, shortMonth, weekday] = [part({ month: "long" }), part({ month: "short" }), part({ weekday: "long" })];
const [time, timeWithSeconds] = [
  part({ hour: "numeric", minute: "2-digit", hour12: HOUR_12 }),
  part({ hour: "numeric", minute: "2-digit", second: "2-digit", hour12: HOUR_12 }),
];
const two = (number) => String(number).padStart(2, "0");

function ordinal(number) {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${(!isTeen && { 1: "st", 2: "nd", 3: "rd" }[number % 10]) || "th"}`;
}

const year = (date, now) => (Math.abs(date - now) < HALF_YEAR ? "" : `, ${date.getFullYear()}`);

function nearDay(date, now) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[Math.round((midnight(date) - midnight(now)) / 86400e3)];
}

function ago(date, now) {
  const seconds = (date - now) / 1000;
  const index = AGO_STEPS.findIndex(([limit]) => Math.abs(seconds) < limit);
  return AGO.format(Math.trunc(seconds / (AGO_STEPS[index - 1]?.[0] ?? 1)), AGO_STEPS[index][1]);
}

const TOKENS = {
  date_num: (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  date_slash: (date) => `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()}`,
  date: (date, now) => `${month(date)} ${ordinal(date.getDate())}${year(date, now)}`,
  date_short: (date, now) => `${shortMonth(date)} ${date.getDate()}${year(date, now)}`,
  date_long: (date, now) => `${weekday(date)}, ${TOKENS.date(date, now)}`,
  date_long_full: (date) => `${weekday(date)}, ${month(date)} ${ordinal(date.getDate())}, ${date.getFullYear()}`,
  date_pretty: (date, now) => nearDay(date, now) ?? TOKENS.date(date, now),
  date_short_pretty: (date, now) => nearDay(date, now) ?? TOKENS.date_short(date, now),
  date_long_pretty: (date, now) => nearDay(date, now) ?? TOKENS.date_long(date, now),
  day_divider_pretty: (date, now) => nearDay(date, now) ?? TOKENS.date_long(date, now),
  time,
  time_secs: timeWithSeconds,
  ago,
};

/** The moment (seconds since 1970) in a pattern like "{date_short} at {time}"; unknown tokens stay as they are. */
export function formatDate(seconds, pattern, now = new Date()) {
  const date = new Date(seconds * 1000);
  const words = pattern.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(date, now) ?? token);
  return pattern.startsWith("{d") ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

export const momentOf = (ts) => Number(ts.split(".")[0]);
export const clockTime = (ts) => formatDate(momentOf(ts), "{time}");
export const fullMoment = (ts) => formatDate(momentOf(ts), "{date_long_full} at {time_secs}");
export const isSameDay = (a, b) => formatDate(momentOf(a), "{date_num}") === formatDate(momentOf(b), "{date_num}");

const DRAWN = "data-moment";

/** What an element needs so that `refreshMoments` keeps its words right as time goes by. */
export const momentMark = (seconds, pattern) => ({ [DRAWN]: `${seconds} ${pattern}` });

export function refreshMoments(root = document) {
  for (const node of root.querySelectorAll(`[${DRAWN}]`)) {
    const [seconds, ...pattern] = node.getAttribute(DRAWN).split(" ");
    const words = formatDate(Number(seconds), pattern.join(" "));
    if (node.textContent !== words) node.textContent = words;
  }
}

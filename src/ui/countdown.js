/** Whole seconds left, rounded up, so that 0 means that the time is over. */
export const secondsLeft = (untilMs, nowMs) => Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
/** Seconds as `m:ss`, or `h:mm:ss` from an hour on. */
export function clockText(seconds) {
    const two = (value) => `${value < 10 ? '0' : ''}${value}`;
    const minutes = Math.floor(seconds / 60);
    return minutes < 60
        ? `${minutes}:${two(seconds % 60)}`
        : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
/** When `secondsLeft` next changes, or undefined when it is 0 already. */
export function nextSecondMs(untilMs, nowMs) {
    const seconds = secondsLeft(untilMs, nowMs);
    return seconds === 0 ? undefined : untilMs - (seconds - 1) * 1000;
}

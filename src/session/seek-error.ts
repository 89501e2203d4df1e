/** Somebody asked for a moment, a branch or a place that there is not; the message is for them. */
export class SeekError extends Error {}

/** include/uapi/linux/input-event-codes.h, v5.7: kinds of events and codes of keys, those used here. */
export const EV_SYN = 0;
export const EV_KEY = 1;
export const SYN_REPORT = 0;

export const KEY_F = 33;
export const KEY_LEFTALT = 56;
export const KEY_SYSRQ = 99;
export const KEY_RIGHTALT = 100;

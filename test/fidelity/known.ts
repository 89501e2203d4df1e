/**
 * What is outside its tolerance, with the reason. The test fails for a row that is outside and not
 * here, and for one that is here and no longer outside.
 */
/** Each reason is said once. */
export const REASONS = {
  hostStole:
    'kswapd falls behind by the distance from low to min watermark (2772 pages in b1) less often here, and never so far that an allocation fails; each recorded run had some "Out of puff", but for b16, to which all of its time was given. The time that the host took from the virtual CPUs is in these scenarios as it was measured, a phase at a time; when it was taken, and for how long in a row, was not recorded.',
  steadyFree:
    "Where free memory swings between low and high depends on how long kswapd's naps and rounds are; 2 to 5 % here.",
  stallCount:
    "How often a task meets the min watermark before kswapd does depends on the speed of both; reality scatters by a factor of 1.7 to 3 between repeats.",
  oneList:
    "What a process leaves on the per-CPU lists depends on when it moves from CPU to CPU and on where it ends: up to half the low watermark, or 27 notifications. Here it moves when the recorder's turn comes; what moved the recorded one is not known.",
  fewPages:
    "Depends on a handful of file pages (18 to 36 recorded) that cannot be freed and are looked at, activated and deactivated with every attempt. Boot does not leave exactly those here.",
  balloonRace:
    "The worker and the process race for the pages of each notification or kill; two recorded runs of f1 differ by 30 %.",
  layout:
    "The free scanner samples: single free pages count only where they lie on every 32nd frame. Which frames those are depends on how many pages came before, to the page: with one more page of init's memory i2 moves none, with two less i1 moves 24,000.",
  starved:
    "Eight busy processes on two emulated CPUs starved the recorded worker to 600 pages a second: the host gave the guest 5 % of the time that it wanted. With that the worker comes to 900.",
  forks: "Counts follow the number of children that have run, which depends on the speed of fork.",
  shrinkSpeed:
    "The place of the balance follows the speed of the worker against that of reclaim. With all of their time the models of s_b1 and s_b3 are 15 and 18 % above it; with the stolen time that was measured s_b3 is 6 % below it, and s_b1 goes too far.",
  bistable:
    "The place of the balance follows how many pages the worker takes for each that the reader reads: 7.0 recorded in r419_shr_1g (5.3 in its repeat) and 4.2 here, in f336 8.6 and 16, in f1344 5.8 and 3.5, in 2g 8.2 and 6.5. In the runs that are inside it agrees: 3.7 and 3.6 in r57_shr_1g, 4.2 to 5.4 and 4.2 in r419_shr_1g_wm. It is also bistable: a page that comes back is activated about as long as the active list is longer than the part of the file that is not cached; once it is not, the cache shrinks for tens of seconds and the balloon grows. r419_shr_1g tips after 12 s, with lists of 59,000 pages each, the model does not.",
  puff61:
    'On 6.1, too, one recorded direct reclaim in ten ended in "Out of puff", on two CPUs but not on one (b16). What makes it fail there is not known and not modelled. So the worker never pauses: it inflates faster and the reader reads less.',
  pace: 'How often the worker meets the min watermark, and whether kswapd has returned pages by the time that its direct reclaim ends, follows the speed of both. Recorded repeats had 234 to 388 stalls, and 14 to 29 times "Out of puff". Each of these is a rest of 200 ms in which the reader goes on, so the totals of scanning follow their number.',
  slowDeflate:
    "In the traced runs kswapd spent 12 to 26 us of the clock on each page that it took out of the balloon, waiting included, here 8.5 to 9.5; all that time free memory falls, until the worker reclaims by itself.",
  idlePrune:
    "kswapd and the worker come to the closed file's inode at the same time. The one who comes second drops the file: kswapd in this run, the worker in r419_oom_1g_wm_idle and in the model. Meanwhile the other finds no inactive page: here the worker's one direct reclaim went down to priority 2, and its eleven rounds took 54,400 pages out of the balloon, as many as the model's shrinker does at those priorities (`shrinker.test.ts`).",
  diskLimit:
    "The recorded reader got 5,600 pages a second, a third of what the limit allows, and the guest half of the time that it wanted. With that stolen the model has 87,194 pages in the balloon and 158,452 in the page cache; the scenario leaves it out, as all of the second set do.",
  b7: "The recorded run gave and took 2,600 pages a second for 120 s, the model comes to rest. Its kswapd finds nothing, and rounds that find nothing cost too little here: it makes 119,102 of them, the recorded one 11,300, and keeps a processor busy with it. With what a fruitless direct reclaim was measured to cost, the model gives and takes 1,075; but then c10 has 40 % too few stalls and j3 hardly a notification.",
} as const;

export type Reason = keyof typeof REASONS;

export const KNOWN: Readonly<Record<string, Readonly<Record<string, Reason>>>> = {
  b1: {
    "stalls while inflating": "hostStole",
    "out of puff": "hostStole",
    "free pages in DMA, steady": "hostStole",
    "pages freed per direct reclaim": "hostStole",
  },
  b2: {
    "stalls while inflating": "hostStole",
    "out of puff": "hostStole",
    "free pages in DMA, steady": "hostStole",
    "pages freed per direct reclaim": "hostStole",
  },
  b3: {
    "free pages, steady": "steadyFree",
    "out of puff": "hostStole",
  },
  b4: {
    "free pages, steady": "steadyFree",
    "free pages in DMA, steady": "hostStole",
    "stalls while inflating": "hostStole",
    "out of puff": "hostStole",
  },
  b6: {
    "stalls while inflating": "stallCount",
    "out of puff": "puff61",
    "free pages, steady": "steadyFree",
  },
  b7: {
    "file pages while the reader runs": "b7",
    "deflated before the reader's end, pages a second": "b7",
  },
  b8: {
    "stalls while inflating": "stallCount",
    "out of puff": "puff61",
    "pages freed per direct reclaim": "hostStole",
  },
  b13: {
    "out of puff": "puff61",
  },
  b16: {
    "free pages, steady": "steadyFree",
  },
  c2: {
    "pages scanned directly": "fewPages",
  },
  c3: {
    "pages scanned directly": "fewPages",
  },
  c5: {
    notifications: "oneList",
    "pages scanned directly": "fewPages",
  },
  f2: {
    "taken back meanwhile": "balloonRace",
  },
  f4: {
    "taken back meanwhile": "balloonRace",
    killed: "balloonRace",
  },
  f6: {
    "taken back meanwhile": "balloonRace",
  },
  f8: {
    "deflated for the process": "balloonRace",
    "taken back meanwhile": "balloonRace",
  },
  i1: {
    "balloon pages moved": "layout",
  },
  i2: {
    "balloon pages moved": "layout",
  },
  j1: {
    "balloon before the forking stops": "starved",
  },
  j3: {
    notifications: "forks",
  },
  s_b1: {
    "balloon while the reader runs": "shrinkSpeed",
    "file pages while the reader runs": "shrinkSpeed",
    "deflated per reclaimed page": "shrinkSpeed",
  },
  s_b3: {
    "deflated per reclaimed page": "shrinkSpeed",
  },
  r419_shr_1g: {
    "balloon while the reader runs": "bistable",
    "file pages while the reader runs": "bistable",
  },
  r419_shr_1g_wm: {
    "kswapd's share of the scanning": "slowDeflate",
  },
  r419_shr_1g_f336: {
    "deflated per reclaimed page": "bistable",
    "refaults per page read": "bistable",
    "kswapd's share of the scanning": "slowDeflate",
  },
  r419_shr_1g_f1344: {
    "balloon while the reader runs": "bistable",
    "file pages while the reader runs": "bistable",
    "deflated per reclaimed page": "bistable",
  },
  r419_shr_1g_wm_bps64: {
    "balloon while the reader runs": "diskLimit",
    "file pages while the reader runs": "diskLimit",
    "deflated per reclaimed page": "diskLimit",
    "kswapd's share of the scanning": "slowDeflate",
  },
  r419_shr_2g_wm: {
    "balloon while the reader runs": "bistable",
    "file pages while the reader runs": "bistable",
    "kswapd's share of the scanning": "bistable",
  },
  r57_shr_1g_wm: {
    "kswapd's share of the scanning": "slowDeflate",
  },
  r61_shr_1g_wm: {
    "balloon while the reader runs": "puff61",
    "file pages while the reader runs": "puff61",
    "deflated per reclaimed page": "puff61",
  },
  r419_oom_1g_wm: {
    "out of puff": "pace",
  },
  r419_oom_1g: {
    "stalls while inflating": "pace",
  },
  r419_oom_1g_f336: {
    "out of puff": "pace",
  },
  r419_oom_1g_f1344: {
    "out of puff": "pace",
  },
  r419_oom_1g_wm_bps64: {
    "stalls while inflating": "pace",
    "pages scanned while inflating": "pace",
    "pages freed while inflating": "pace",
    "out of puff": "pace",
  },
  r419_oom_2g_wm: {
    "stalls while inflating": "pace",
    "out of puff": "pace",
  },
  r57_oom_1g_wm: {
    "stalls while inflating": "pace",
    "out of puff": "pace",
  },
  r61_oom_1g_wm: {
    "pages scanned while inflating": "puff61",
    "pages freed while inflating": "puff61",
    "stalls while inflating": "puff61",
    "out of puff": "puff61",
  },
  r419_shr_1g_wm_idle: {
    balloon_inflate: "idlePrune",
    balloon_deflate: "idlePrune",
    "deflated before the host asks": "idlePrune",
  },
  r57_oom_1g_hog: {
    stalls: "fewPages",
  },
};

/**
 * mm/workingset.c, v5.7: remembering evicted pages, to tell a page that comes back soon from a new
 * one. Differs: a shadow is a negative number in the file's page slot; tree nodes take no memory,
 * they are counted only to forget shadows as early as the kernel does. Sleeps: never.
 *
 * An eviction leaves -2 - (age * 2 + workingset) in the slot, `age` being the clock of evictions
 * and activations. With the clock at 5 and PG_workingset set that is -2 - 11 = -13; -1 is empty.
 */
import { config } from "../config.ts";
import type { Page } from "./mm_types.ts";
import { contig_page_data } from "./mmzone.ts";
import { page_flags, PG_active, PG_workingset } from "./page.ts";
import { register_shrinker, SHRINK_EMPTY, type shrink_control, type shrinker } from "./shrinker.ts";
import { get_nr_swap_pages } from "./swapfile.ts";
import {
  NR_ACTIVE_ANON,
  NR_ACTIVE_FILE,
  NR_INACTIVE_ANON,
  NR_INACTIVE_FILE,
  NR_LRU_BASE,
  NR_SLAB_RECLAIMABLE,
  NR_SLAB_UNRECLAIMABLE,
  NR_UNEVICTABLE,
  vmstat,
  WORKINGSET_ACTIVATE,
  WORKINGSET_ACTIVATE_ANON,
  WORKINGSET_NODERECLAIM,
  WORKINGSET_REFAULT,
  WORKINGSET_REFAULT_ANON,
  WORKINGSET_RESTORE,
  WORKINGSET_RESTORE_ANON,
} from "./vmstat.ts";
import { inodes, NO_PAGE, nodeInode } from "../fs/fs.ts";

const EVICTION_MASK = 0x1fffffff;
/** Slots of a tree node. */
const XA_CHUNK_SHIFT = 6;
const XA_CHUNK_SIZE = 64;

const ANON_SHADOWS = config.linux_version >= 0x050900 && config.nr_swap_pages > 0;
/** By swap slot: the shadow of its page, 0 for none. */
const anonShadows = new Int32Array(ANON_SHADOWS ? config.nr_swap_pages : 0);

/** By tree node: slots with a page, and slots with a shadow. */
let node_pages = new Uint8Array(0);
let node_shadows = new Uint8Array(0);
/** Nodes that hold shadows and no page, oldest first; the head is the number after the last node. */
let shadow_next = new Int32Array(0);
let shadow_prev = new Int32Array(0);
let shadow_head = 0;
let nr_shadow_nodes = 0;

const workingset_shadow_shrinker: shrinker = {
  name: "mm-shadow",
  data: contig_page_data,
  count_objects: count_shadow_nodes,
  scan_objects: scan_shadow_nodes,
  seeks: 0,
  batch: 0,
  nr_deferred: 0,
};

export function workingset_init(nr_nodes: number): void {
  node_pages = new Uint8Array(nr_nodes);
  node_shadows = new Uint8Array(nr_nodes);
  shadow_next = new Int32Array(nr_nodes + 1);
  shadow_prev = new Int32Array(nr_nodes + 1);
  shadow_head = nr_nodes;
  shadow_next[shadow_head] = shadow_head;
  shadow_prev[shadow_head] = shadow_head;
  register_shrinker(workingset_shadow_shrinker);
}

/** Reclaim takes `page` from its file: what to leave in its slot. */
export function workingset_eviction(page: Page): number {
  const lruvec = contig_page_data.lruvec;
  const age = lruvec.inactive_age & EVICTION_MASK;
  lruvec.inactive_age++;
  const workingset = (page_flags[page] & PG_workingset) !== 0 ? 1 : 0;
  return -2 - (age * 2 + workingset);
}

/** `page` comes back where `shadow` was: it is active at once if it was gone only briefly. */
export function workingset_refault(page: Page, shadow: number): void {
  const lruvec = contig_page_data.lruvec;
  const packed = -2 - shadow;
  const refault_distance = (lruvec.inactive_age - (packed >> 1)) & EVICTION_MASK;
  vmstat[WORKINGSET_REFAULT]++;
  if (refault_distance > workingsetSize()) {
    return;
  }
  page_flags[page] |= PG_active;
  lruvec.inactive_age++;
  vmstat[WORKINGSET_ACTIVATE]++;
  if ((packed & 1) !== 0) {
    page_flags[page] |= PG_workingset;
    vmstat[WORKINGSET_RESTORE]++;
  }
}

/** What could have been kept in its place: since 5.9 also memory that could go to swap. */
function workingsetSize(): number {
  if (!ANON_SHADOWS || get_nr_swap_pages() === 0) {
    return vmstat[NR_ACTIVE_FILE];
  }
  return vmstat[NR_ACTIVE_FILE] + vmstat[NR_ACTIVE_ANON] + vmstat[NR_INACTIVE_ANON];
}

/** Since 5.9 an anonymous page that goes to swap leaves a shadow as well, in its slot. */
export function workingset_eviction_anon(page: Page, slot: number): void {
  if (ANON_SHADOWS) {
    anonShadows[slot] = workingset_eviction(page);
  }
}

/** `page` has come back from `slot`. */
export function workingset_refault_anon(page: Page, slot: number): void {
  if (!ANON_SHADOWS || anonShadows[slot] === 0) {
    return;
  }
  const lruvec = contig_page_data.lruvec;
  const packed = -2 - anonShadows[slot];
  const refault_distance = (lruvec.inactive_age - (packed >> 1)) & EVICTION_MASK;
  anonShadows[slot] = 0;
  vmstat[WORKINGSET_REFAULT_ANON]++;
  const others = vmstat[NR_ACTIVE_FILE] + vmstat[NR_INACTIVE_FILE];
  if (refault_distance > others + vmstat[NR_ACTIVE_ANON]) {
    return;
  }
  page_flags[page] |= PG_active;
  lruvec.inactive_age++;
  vmstat[WORKINGSET_ACTIVATE_ANON]++;
  if ((packed & 1) !== 0) {
    page_flags[page] |= PG_workingset;
    vmstat[WORKINGSET_RESTORE_ANON]++;
  }
}

export function workingset_activation(): void {
  contig_page_data.lruvec.inactive_age++;
}

/** Slot `index` of the file whose nodes begin at `node_base` gets a page; `old` was there. */
export function workingsetInsert(node_base: number, index: number, old: number): void {
  const node = node_base + (index >> XA_CHUNK_SHIFT);
  if (node_pages[node] === 0 && node_shadows[node] > 0) {
    list_lru_del(node);
  }
  node_pages[node]++;
  if (old < NO_PAGE) {
    node_shadows[node]--;
  }
}

/** The page of the slot leaves; `entry` is what stays. */
export function workingsetDelete(node_base: number, index: number, entry: number): void {
  const node = node_base + (index >> XA_CHUNK_SHIFT);
  node_pages[node]--;
  if (entry < NO_PAGE) {
    node_shadows[node]++;
  }
  if (node_pages[node] === 0 && node_shadows[node] > 0) {
    list_lru_add(node);
  }
}

function list_lru_add(node: number): void {
  const last = shadow_prev[shadow_head];
  shadow_next[last] = node;
  shadow_prev[node] = last;
  shadow_next[node] = shadow_head;
  shadow_prev[shadow_head] = node;
  nr_shadow_nodes++;
}

function list_lru_del(node: number): void {
  const next = shadow_next[node];
  const prev = shadow_prev[node];
  shadow_next[prev] = next;
  shadow_prev[next] = prev;
  nr_shadow_nodes--;
}

/** Nodes beyond those that could remember one eviction for each eighth of what memory holds. */
function count_shadow_nodes(_shrink: shrinker, _sc: shrink_control): number {
  if (nr_shadow_nodes === 0) {
    return SHRINK_EMPTY;
  }
  let pages = vmstat[NR_SLAB_RECLAIMABLE] + vmstat[NR_SLAB_UNRECLAIMABLE];
  for (let item = NR_LRU_BASE; item <= NR_UNEVICTABLE; item++) {
    pages += vmstat[item];
  }
  const max_nodes = pages >> (XA_CHUNK_SHIFT - 3);
  return Math.max(nr_shadow_nodes - max_nodes, 0);
}

function scan_shadow_nodes(_shrink: shrinker, sc: shrink_control): number {
  let freed = 0;
  while (freed < sc.nr_to_scan && nr_shadow_nodes > 0) {
    shadow_lru_isolate(shadow_next[shadow_head]);
    freed++;
  }
  return freed;
}

/** Forgets the shadows of a node. */
function shadow_lru_isolate(node: number): void {
  const mapping = inodes[nodeInode(node)];
  const first = (node - mapping.node_base) * XA_CHUNK_SIZE;
  mapping.i_pages.fill(NO_PAGE, first, first + XA_CHUNK_SIZE);
  list_lru_del(node);
  node_shadows[node] = 0;
  vmstat[WORKINGSET_NODERECLAIM]++;
}

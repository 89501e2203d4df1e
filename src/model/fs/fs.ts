/**
 * include/linux/fs.h, v5.7: files and their page slots. Differs: an inode and its `address_space`
 * are one struct, with its one name; the page tree is an array with a slot per page of the file. Sleeps: never.
 */
import { config } from "../config.ts";
import type { PageCount } from "../mm/mm_types.ts";

/** A slot that holds neither a page nor the shadow of one. */
export const NO_PAGE = -1;
const SLOTS_PER_NODE = 64;

export interface address_space {
  name: string;
  /** Its index in `inodes`. */
  i_ino: number;
  /** Size of the file in pages. */
  i_size: PageCount;
  /** By offset: the page, NO_PAGE, or a shadow (see workingset.ts). */
  i_pages: Int32Array;
  nrpages: PageCount;
  /** Number of its first tree node. */
  node_base: number;
  /** Open files: while there is one, neither its name nor its inode can go. */
  i_count: number;
  /** DCACHE_LRU_LIST: its name is on the list of those that may be unused. */
  d_lru: boolean;
  /** DCACHE_REFERENCED: used again since it came there. */
  d_referenced: boolean;
  /** I_LRU: likewise the inode. */
  i_lru: boolean;
}

/** The scenario's files by number, and after them the block device. */
export const inodes: address_space[] = [];

/** Makes the files; returns how many tree nodes they have together. */
export function inode_init(): number {
  let nr_nodes = 0;
  for (const file of config.files) {
    nr_nodes = addInode(file.name, file.nr_pages, nr_nodes);
  }
  return addInode("bdev", SLOTS_PER_NODE, nr_nodes);
}

/** The block device itself: superblock and group descriptors. */
export function bdevInode(): address_space {
  return inodes[inodes.length - 1];
}

/** The file to which tree node number `node` belongs, by index. */
export function nodeInode(node: number): number {
  let ino = 0;
  while (ino + 1 < inodes.length && inodes[ino + 1].node_base <= node) {
    ino++;
  }
  return ino;
}

function addInode(name: string, i_size: PageCount, node_base: number): number {
  const i_pages = new Int32Array(i_size);
  i_pages.fill(NO_PAGE);
  inodes.push({
    name,
    i_ino: inodes.length,
    i_size,
    i_pages,
    nrpages: 0,
    node_base,
    i_count: 0,
    d_lru: false,
    d_referenced: false,
    i_lru: false,
  });
  return node_base + Math.ceil(i_size / SLOTS_PER_NODE);
}

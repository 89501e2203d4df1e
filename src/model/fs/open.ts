/** fs/open.c and fs/file_table.c, v5.7: opening and closing files. Sleeps: never. */
import { file_ra_state_init, type file_ra_state } from "../mm/readahead.ts";
import { dput } from "./dcache.ts";
import type { address_space } from "./fs.ts";

export interface file {
  f_mapping: address_space;
  /** Next page to read. */
  f_pos: number;
  f_ra: file_ra_state;
}

export function filp_open(inode: address_space): file {
  inode.i_count++;
  return { f_mapping: inode, f_pos: 0, f_ra: file_ra_state_init() };
}

export function filp_close(filp: file): void {
  const inode = filp.f_mapping;
  inode.i_count--;
  if (inode.i_count === 0) {
    dput(inode);
  }
}

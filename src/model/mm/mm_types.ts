/** include/linux/mm_types.h. A `struct page` is its frame number; its fields are columns of typed arrays. */

/** Page frame number standing for its `struct page`; -1 where C has a null pointer. */
export type Page = number & { readonly __brand: "Page" };
/** A count of the guest's pages. */
export type PageCount = number;
/** A count of 4 KiB balloon units, whatever the guest's page size. */
export type BalloonPages = number;

export const NULL_PAGE = -1 as Page;

export interface mm_struct {
  /** Its number among the processes that there are: what `page_mapping` says of its pages. */
  id: number;
  /**
   * The page tables by page of the mapping: the page that is there, or NULL_PAGE, or a swap entry
   * (see swapfile.ts). A huge page fills 512 entries with its 512 pages. Empty when the process is gone.
   */
  pte: Int32Array;
  /** Whether huge pages may be used: VM_NOHUGEPAGE, 0 or VM_HUGEPAGE. */
  vm_flags: number;
  /** Resident anonymous pages. */
  rss: PageCount;
  /** Pages in swap. */
  swapents: PageCount;
  /** Pages that its mapping spans. */
  total_vm: PageCount;
  /** Head of the list of its page tables. */
  pgtables: number;
  nr_ptes: PageCount;
  /** MMF_OOM_SKIP: reaped, so killing its process again would free nothing. */
  oom_skip: boolean;
}

import type { KernelImage } from "./kernel-image.ts";

/** The compiled model, `#model-image`. */
export const image: KernelImage;

/**
 * include/linux/virtio.h and virtio_config.h, v5.7. Differs: no spinlocks, since nothing preempts
 * the code that they would guard.
 */
import {
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_F_ACCESS_PLATFORM,
  VIRTIO_F_RING_PACKED,
  VIRTIO_F_VERSION_1,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
  type VirtioFeatures,
  type VirtioStatus,
} from "./uapi.ts";
import type { virtqueue } from "./virtio_ring.ts";

export const ENOENT = 2;
export const EINVAL = 22;

export interface virtio_device {
  /** Name of the device on the bus: virtio0. */
  name: string;
  /** VIRTIO_ID_BALLOON or another device type. */
  id: number;
  /** The negotiated ones. */
  features: VirtioFeatures;
  config: virtio_config_ops;
  vqs: virtqueue[];
  driver: virtio_driver | null;
  /** The driver's own struct. */
  priv: object | null;
  /** The transport's own struct. */
  transport: object;
  /** Changes of the configuration reach the driver. */
  config_enabled: boolean;
  /** One came while they did not. */
  config_change_pending: boolean;
}

export interface virtio_driver {
  name: string;
  id: number;
  /** Feature bits that it knows. */
  feature_table: readonly number[];
  /** Looks at the features before they are settled; 0, or an error. */
  validate: (vdev: virtio_device) => number;
  probe: (vdev: virtio_device) => number;
  config_changed: (vdev: virtio_device) => void;
}

/** What a transport does for drivers. Offsets are bytes in the device's own configuration. */
export interface virtio_config_ops {
  get: (vdev: virtio_device, offset: number, len: number) => number;
  set: (vdev: virtio_device, offset: number, len: number, value: number) => void;
  /** Counts changes of the configuration; always 0 where the transport has no such counter. */
  generation: (vdev: virtio_device) => number;
  get_status: (vdev: virtio_device) => number;
  set_status: (vdev: virtio_device, status: VirtioStatus) => void;
  reset: (vdev: virtio_device) => void;
  /** Feature bits that the device offers. */
  get_features: (vdev: virtio_device) => number;
  /** Tells the device which bits the driver takes; 0, or an error. */
  finalize_features: (vdev: virtio_device) => number;
  /** Sets up one queue for each of `infos`, in that order, and adds them to `vdev.vqs`. */
  find_vqs: (vdev: virtio_device, infos: virtqueue_info[]) => number;
}

export interface virtqueue_info {
  name: string;
  /** Runs in interrupt context when the device has used a buffer; null for no interrupts. */
  callback: ((vq: virtqueue) => void) | null;
}

/** A device that a transport has found, before anything is known of it. */
export function allocVirtioDevice(
  id: number,
  config: virtio_config_ops,
  transport: object,
): virtio_device {
  return {
    name: "",
    id,
    features: 0,
    config,
    vqs: [],
    driver: null,
    priv: null,
    transport,
    config_enabled: false,
    config_change_pending: false,
  };
}

export function virtio_has_feature(vdev: virtio_device, fbit: number): boolean {
  return hasFeatureBit(vdev.features, fbit);
}

/** Takes a feature back that was offered and known, before features are settled. */
export function __virtio_clear_bit(vdev: virtio_device, fbit: number): void {
  if (virtio_has_feature(vdev, fbit)) {
    vdev.features -= BIT_ULL(fbit);
  }
}

/** Whether bit `fbit` is in a sum of powers of two. */
export function hasFeatureBit(features: VirtioFeatures, fbit: number): boolean {
  return Math.floor(features / BIT_ULL(fbit)) % 2 === 1;
}

/** include/linux/bits.h: 2 to the power of `nr`, for `nr` below 53. */
export function BIT_ULL(nr: number): number {
  return nr < 32 ? (1 << nr) >>> 0 : (1 << (nr - 32)) * 0x100000000;
}

/** One access: a field of 32 bits is never read in two halves, so no generation is needed. */
export function virtio_cread32(vdev: virtio_device, offset: number): number {
  return vdev.config.get(vdev, offset, 4);
}

export function virtio_cwrite32(vdev: virtio_device, offset: number, value: number): void {
  vdev.config.set(vdev, offset, 4, value);
}

export function virtio_cread8(vdev: virtio_device, offset: number): number {
  return vdev.config.get(vdev, offset, 1);
}

export function virtio_cwrite8(vdev: virtio_device, offset: number, value: number): void {
  vdev.config.set(vdev, offset, 1, value);
}

/** Reads `count` bytes into `buf`, again and again until nothing has changed meanwhile. */
export function virtio_cread_bytes(
  vdev: virtio_device,
  offset: number,
  buf: Uint8Array,
  count: number,
): void {
  let gen = 0;
  let old = vdev.config.generation(vdev);
  do {
    gen = old;
    for (let i = 0; i < count; i++) {
      buf[i] = vdev.config.get(vdev, offset + i, 1);
    }
    old = vdev.config.generation(vdev);
  } while (gen !== old);
}

export function virtio_find_vqs(vdev: virtio_device, infos: virtqueue_info[]): number {
  return vdev.config.find_vqs(vdev, infos);
}

/** The driver is ready: from now on the device may use its queues. */
export function virtio_device_ready(vdev: virtio_device): void {
  const status = vdev.config.get_status(vdev);
  vdev.config.set_status(vdev, status | VIRTIO_CONFIG_S_DRIVER_OK);
}

/** Feature bits of ring and transport that any driver takes when they are offered. */
export const transportFeatures: readonly number[] = [
  VIRTIO_RING_F_INDIRECT_DESC,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_F_VERSION_1,
  VIRTIO_F_ACCESS_PLATFORM,
  VIRTIO_F_RING_PACKED,
];

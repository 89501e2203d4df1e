/**
 * hw/input/virtio-input.c and virtio-input-hid.c of QEMU 8.1: a keyboard, and the monitor's command
 * `sendkey` that types on it. Differs: the keys' names are those of SysRq only. Sleeps: while keys
 * are held.
 */
import { schedule_timeout } from "../../machine/primitives.ts";
import {
  EV_KEY,
  EV_SYN,
  KEY_F,
  KEY_LEFTALT,
  KEY_SYSRQ,
  SYN_REPORT,
} from "../input/input_event_codes.ts";
import { findDmaRegion } from "../virtio/dma.ts";
import {
  VIRTIO_ID_INPUT,
  VIRTIO_INPUT_CFG_EV_BITS,
  VIRTIO_INPUT_CFG_ID_NAME,
  VIRTIO_INPUT_CONFIG_U,
} from "../virtio/uapi.ts";
import {
  MAX_ELEMENTS,
  virtio_add_queue,
  virtio_init,
  virtio_notify,
  virtqueue_pop,
  virtqueue_push,
  type DeviceOps,
  type QueueServer,
  type VirtIODevice,
  type VirtQueue,
  type VirtQueueElement,
} from "./virtio.ts";
import { virtio_bus_device_plugged } from "./virtio_bus.ts";

interface VirtIOInput {
  vdev: VirtIODevice;
  evt: VirtQueue;
  sts: VirtQueue;
  /** What the configuration shows. */
  cfg_select: number;
  cfg_subsel: number;
}

const QUEUE_SIZE = 64;
const EVENT_BYTES = 8;
const NAME = "QEMU Virtio Keyboard";
/** Bytes of a bitmap with a bit for every key. */
const KEY_BITS_SIZE = 32;
const HOLD_NS = 100_000_000;

/** Null when the scenario types nothing: then there is no keyboard. */
let keyboard: VirtIOInput | null = null;

const elem: VirtQueueElement = {
  index: 0,
  ndescs: 0,
  out_num: 0,
  in_num: 0,
  addr: new Float64Array(MAX_ELEMENTS),
  len: new Float64Array(MAX_ELEMENTS),
};

const ops: DeviceOps = {
  get_config: virtio_input_get_config,
  set_config: virtio_input_set_config,
  device_reset: virtio_input_reset,
};
const eventServer: QueueServer = { handle_output: virtio_input_handle_evt };
const statusServer: QueueServer = { handle_output: virtio_input_handle_sts };

export function virtio_input_device_realize(): void {
  const vdev = virtio_init("virtio-input", VIRTIO_ID_INPUT, 0, ops);
  const evt = virtio_add_queue(vdev, QUEUE_SIZE, eventServer);
  const sts = virtio_add_queue(vdev, QUEUE_SIZE, statusServer);
  keyboard = { vdev, evt, sts, cfg_select: 0, cfg_subsel: 0 };
  vdev.state = keyboard;
  virtio_bus_device_plugged(vdev);
}

/** Types Alt-SysRq-F: the keys go down one after the other, and up again in the other order. */
export function qmp_send_key(): void {
  const dev = keyboard as VirtIOInput;
  pressKey(dev, KEY_LEFTALT, 1);
  pressKey(dev, KEY_SYSRQ, 1);
  pressKey(dev, KEY_F, 1);
  schedule_timeout(HOLD_NS, "sendkey");
  pressKey(dev, KEY_F, 0);
  pressKey(dev, KEY_SYSRQ, 0);
  pressKey(dev, KEY_LEFTALT, 0);
}

function pressKey(dev: VirtIOInput, code: number, value: number): void {
  virtio_input_send(dev, EV_KEY, code, value);
  virtio_input_send(dev, EV_SYN, SYN_REPORT, 0);
  virtio_notify(dev.vdev, dev.evt);
}

/** Into the next buffer that the driver has put there; without one the event is lost. */
function virtio_input_send(dev: VirtIOInput, type: number, code: number, value: number): void {
  if (!virtqueue_pop(dev.evt, elem)) {
    return;
  }
  const region = findDmaRegion(elem.addr[0]);
  if (region !== null) {
    region.words[0] = type + code * 0x10000;
    region.words[1] = value;
  }
  virtqueue_push(dev.evt, elem, EVENT_BYTES);
}

/** The driver has put buffers there; they are taken when there are events. */
function virtio_input_handle_evt(_vdev: VirtIODevice, _vq: VirtQueue): void {}

function virtio_input_handle_sts(vdev: VirtIODevice, vq: VirtQueue): void {
  while (virtqueue_pop(vq, elem)) {
    virtqueue_push(vq, elem, 0);
  }
  virtio_notify(vdev, vq);
}

/** Words of the configuration: select, subsel, size and, from byte 8 on, what was selected. */
function virtio_input_get_config(vdev: VirtIODevice, offset: number): number {
  const dev = vdev.state as VirtIOInput;
  const size = selectedSize(dev);
  if (offset === 0) {
    return dev.cfg_select + (dev.cfg_subsel << 8) + (size << 16);
  }
  let word = 0;
  for (let i = 0; i < 4; i++) {
    const at = offset - VIRTIO_INPUT_CONFIG_U + i;
    word += at >= 0 && at < size ? selectedByte(dev, at) << (8 * i) : 0;
  }
  return word >>> 0;
}

function virtio_input_set_config(vdev: VirtIODevice, offset: number, value: number): void {
  const dev = vdev.state as VirtIOInput;
  if (offset === 0) {
    dev.cfg_select = value & 0xff;
    dev.cfg_subsel = (value >>> 8) & 0xff;
  }
}

function selectedSize(dev: VirtIOInput): number {
  if (dev.cfg_select === VIRTIO_INPUT_CFG_ID_NAME) {
    return NAME.length;
  }
  return dev.cfg_select === VIRTIO_INPUT_CFG_EV_BITS && dev.cfg_subsel === EV_KEY
    ? KEY_BITS_SIZE
    : 0;
}

function selectedByte(dev: VirtIOInput, at: number): number {
  return dev.cfg_select === VIRTIO_INPUT_CFG_ID_NAME ? NAME.charCodeAt(at) : 0xff;
}

function virtio_input_reset(vdev: VirtIODevice): void {
  const dev = vdev.state as VirtIOInput;
  dev.cfg_select = 0;
  dev.cfg_subsel = 0;
}

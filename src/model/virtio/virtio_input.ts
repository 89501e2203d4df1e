/**
 * drivers/virtio/virtio_input.c, v5.7: a keyboard (virtio 5.8). Buffers wait in the event queue; the
 * device fills one with each event, and the interrupt passes them on. Differs: nothing is ever sent
 * on the status queue, as the keyboard has no lights. Sleeps: never.
 */
import {
  input_allocate_device,
  input_event,
  input_register_device,
  type input_dev,
} from "../input/input.ts";
import {
  allocDmaWords,
  allocScatterlist,
  sg_init_one,
  type DmaRegion,
  type scatterlist,
} from "./dma.ts";
import {
  VIRTIO_F_VERSION_1,
  VIRTIO_ID_INPUT,
  VIRTIO_INPUT_CFG_EV_BITS,
  VIRTIO_INPUT_CFG_ID_NAME,
  VIRTIO_INPUT_CONFIG_SELECT,
  VIRTIO_INPUT_CONFIG_SIZE,
  VIRTIO_INPUT_CONFIG_SUBSEL,
  VIRTIO_INPUT_CONFIG_U,
} from "./uapi.ts";
import { ENODEV } from "./virtio.ts";
import {
  virtio_cread8,
  virtio_cread_bytes,
  virtio_cwrite8,
  virtio_device_ready,
  virtio_find_vqs,
  virtio_has_feature,
  type virtio_device,
  type virtio_driver,
  type virtqueue_info,
} from "./virtio_config.ts";
import {
  virtqueue_add_inbuf,
  virtqueue_get_buf,
  virtqueue_get_vring_size,
  virtqueue_kick,
  type virtqueue,
} from "./virtio_ring.ts";

/** Buffers for events, each of 8 bytes: type and code of 16 bits, value of 32. */
const NR_EVENTS = 64;
const EVENT_BYTES = 8;
const NAME_BYTES = 64;
const EV_CNT = 32;

interface virtio_input_event {
  dma: DmaRegion;
}

interface virtio_input {
  vdev: virtio_device;
  idev: input_dev;
  evt: virtqueue;
  sts: virtqueue;
  evts: virtio_input_event[];
  sg: scatterlist[];
}

export const virtio_input_driver: virtio_driver = {
  name: "virtio_input",
  id: VIRTIO_ID_INPUT,
  feature_table: [],
  validate: virtinput_validate,
  probe: virtinput_probe,
  config_changed: virtinput_changed,
};

/** There is nothing to agree on but the version. */
function virtinput_validate(vdev: virtio_device): number {
  return virtio_has_feature(vdev, VIRTIO_F_VERSION_1) ? 0 : -ENODEV;
}

function virtinput_probe(vdev: virtio_device): number {
  const infos: virtqueue_info[] = [
    { name: "events", callback: virtinput_recv_events },
    { name: "status", callback: virtinput_recv_status },
  ];
  const err = virtio_find_vqs(vdev, infos);
  if (err !== 0) {
    return err;
  }
  const vi: virtio_input = {
    vdev,
    idev: input_allocate_device(),
    evt: vdev.vqs[0],
    sts: vdev.vqs[1],
    evts: [],
    sg: allocScatterlist(1),
  };
  vdev.priv = vi;
  readIdentity(vi);
  virtio_device_ready(vdev);
  input_register_device(vi.idev);
  virtinput_fill_evt(vi);
  return 0;
}

/** A keyboard never changes. */
function virtinput_changed(_vdev: virtio_device): void {}

/** Asks the device for its name and for what it can report. */
function readIdentity(vi: virtio_input): void {
  const buf = new Uint8Array(NAME_BYTES);
  const size = virtinput_cfg_select(vi, VIRTIO_INPUT_CFG_ID_NAME, 0);
  virtio_cread_bytes(vi.vdev, VIRTIO_INPUT_CONFIG_U, buf, Math.min(size, NAME_BYTES));
  for (let i = 0; i < size && i < NAME_BYTES; i++) {
    vi.idev.name += String.fromCharCode(buf[i]);
  }
  for (let type = 0; type < EV_CNT; type++) {
    if (virtinput_cfg_select(vi, VIRTIO_INPUT_CFG_EV_BITS, type) > 0) {
      vi.idev.evbit |= 1 << type;
    }
  }
  // What ends a report needs no bits of its own.
  vi.idev.evbit |= 1;
}

/** Chooses what the configuration shows; returns how many bytes that are. */
function virtinput_cfg_select(vi: virtio_input, select: number, subsel: number): number {
  virtio_cwrite8(vi.vdev, VIRTIO_INPUT_CONFIG_SELECT, select);
  virtio_cwrite8(vi.vdev, VIRTIO_INPUT_CONFIG_SUBSEL, subsel);
  return virtio_cread8(vi.vdev, VIRTIO_INPUT_CONFIG_SIZE);
}

function virtinput_fill_evt(vi: virtio_input): void {
  const size = Math.min(virtqueue_get_vring_size(vi.evt), NR_EVENTS);
  for (let i = 0; i < size; i++) {
    const event: virtio_input_event = { dma: allocDmaWords(EVENT_BYTES / 4) };
    vi.evts.push(event);
    virtinput_queue_evtbuf(vi, event);
  }
  virtqueue_kick(vi.evt);
}

function virtinput_queue_evtbuf(vi: virtio_input, event: virtio_input_event): void {
  sg_init_one(vi.sg, event.dma, EVENT_BYTES);
  virtqueue_add_inbuf(vi.evt, vi.sg, 1, event);
}

/** Keys were pressed or released, in interrupt context. */
function virtinput_recv_events(vq: virtqueue): void {
  const vi = vq.vdev.priv as virtio_input;
  let event = virtqueue_get_buf(vq) as virtio_input_event | null;
  while (event !== null) {
    const words = event.dma.words;
    input_event(vi.idev, words[0] & 0xffff, words[0] >>> 16, words[1]);
    virtinput_queue_evtbuf(vi, event);
    event = virtqueue_get_buf(vq) as virtio_input_event | null;
  }
  virtqueue_kick(vq);
}

/** A message about lights has been read. */
function virtinput_recv_status(vq: virtqueue): void {
  while (virtqueue_get_buf(vq) !== null) {
    // Its memory is not used again.
  }
}

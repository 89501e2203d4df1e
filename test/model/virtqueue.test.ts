/** Both ends of a virtqueue and the transport between them, with a driver that does little. */
import { expect, test } from "vitest";
import type { guest_config } from "../../src/model/config.ts";
import { FREE, runProgram } from "./harness.ts";

const FILES = [
  "config.ts",
  "page_size.ts",
  "ram.ts",
  "mm/mm_types.ts",
  "sched",
  "input/input_event_codes.ts",
  ...[
    "dma",
    "io",
    "halves",
    "probe_slots",
    "register_trace",
    "registers",
    "uapi",
    "virtio",
    "virtio_config",
    "virtio_mmio",
    "virtio_pci_common",
    "virtio_pci_legacy",
    "virtio_pci_modern",
    "virtio_ring",
    "virtio_ring_packed",
    "virtio_ring_split",
    "vring",
    "vring_packed",
  ].map((name) => `virtio/${name}.ts`),
  ...[
    "events",
    "free_page_hint",
    "main_loop",
    "net_progress",
    "qemu",
    "ram",
    "virtio",
    "virtio_balloon",
    "virtio_bus",
    "virtio_element",
    "virtio_input",
    "virtio_mmio",
    "virtio_packed",
    "virtio_pci",
    "virtio_split",
  ].map((name) => `host/${name}.ts`),
];

/** A driver of the balloon that sends `count` page frame numbers at a time. */
const PRELUDE = `
import { charge, now, printk, schedule_timeout } from "../../machine/primitives.ts";
import { config } from "../config.ts";
import { balloon_stats_set_poll_interval, virtio_balloon_get, virtio_balloon_to_target } from "../host/virtio_balloon.ts";
import { qemu_init } from "../host/qemu.ts";
import { ramInBalloon } from "../host/ram.ts";
import { allocDmaHalves, allocDmaWords, allocScatterlist, sg_init_one, type DmaRegion, type scatterlist } from "../virtio/dma.ts";
import { register_virtio_driver } from "../virtio/virtio.ts";
import { virtio_cread32, virtio_cwrite32, virtio_device_ready, virtio_find_vqs, virtio_has_feature, type virtio_device, type virtio_driver, type virtqueue_info } from "../virtio/virtio_config.ts";
import { probeSlots } from "../virtio/probe_slots.ts";
import { virtqueue_add_inbuf, virtqueue_add_outbuf, virtqueue_get_buf, virtqueue_kick, virtqueue_kick_prepare, virtqueue_notify, type virtqueue } from "../virtio/virtio_ring.ts";
import { availIdx, descAddr, descAt, descFlags, descLen, usedIdx } from "../virtio/vring.ts";
import type { work_struct } from "./workqueue.ts";
import { wait_event, wake_up, type wait_queue_head } from "./wait.ts";

const MS = 1000000;
const acked: wait_queue_head = { name: "acked", waiters: [] };
const devices: virtio_device[] = [];
// The compiler insists that work queues have something to run.
const idle: work_struct = { name: "idle", func: doNothing, data: {}, pending: false, pool: null };
function doNothing(_work: work_struct): void {}
const sg: scatterlist[] = [{ dma_address: 0, length: 0 }];
const driver: virtio_driver = { name: "little", id: 5, feature_table: [0, 1, 2], validate: accept, probe: probe, config_changed: changed };

function accept(_vdev: virtio_device): number {
  return 0;
}
function start(): virtio_device {
  qemu_init();
  register_virtio_driver(driver);
  probeSlots();
  return devices[0];
}
function probe(vdev: virtio_device): number {
  const infos: virtqueue_info[] = [
    { name: "inflate", callback: ack },
    { name: "deflate", callback: ack },
    { name: "stats", callback: ack },
  ];
  devices.push(vdev);
  return virtio_find_vqs(vdev, infos);
}
function changed(vdev: virtio_device): void {
  printk("config: " + virtio_cread32(vdev, 0));
}
function ack(vq: virtqueue): void {
  printk(vq.name + " interrupt");
  wake_up(acked);
}
function send(vq: virtqueue, region: DmaRegion, count: number): void {
  sg_init_one(sg, region, 4 * count);
  virtqueue_add_outbuf(vq, sg, 1, region);
}
/** Waits until all of \`count\` buffers have come back. */
function collect(vq: virtqueue, count: number): void {
  for (let back = 0; back < count; back++) {
    while (virtqueue_get_buf(vq) === null) {
      wait_event(acked);
    }
  }
}
function indices(vq: virtqueue): string {
  return "avail " + availIdx(vq.vring) + " used " + usedIdx(vq.vring) + " free " + vq.num_free;
}
`;

async function run(main: string, config: Partial<guest_config> = {}) {
  const driver = `${PRELUDE}export function main(): void {\n  const vdev = start();\n${main}\n}\n`;
  const result = await runProgram({ files: FILES, driver, config }, 20e9);
  return { ...result, lines: result.log.map(([, text]) => text) };
}

test("driver and device agree on features and status", async () => {
  const { lines } = await run(`
    const host = virtio_balloon_get().vdev;
    printk("features " + (vdev.features === host.guest_features) + " " + vdev.features.toString(16));
    printk("status " + host.status);
    printk("stats " + virtio_has_feature(vdev, 1) + ", must tell " + virtio_has_feature(vdev, 0));
    printk(vdev.name + " " + vdev.vqs.length + " " + host.vq.length);
  `);
  expect(lines).toEqual([
    "features true 130000007",
    "status 15",
    "stats true, must tell true",
    "virtio0 3 3",
  ]);
});

test("a message is read by the device, acknowledged, and its descriptor is free again", async () => {
  const { lines } = await run(`
    const vq = vdev.vqs[0];
    const region = allocDmaWords(4);
    region.words[0] = 7;
    region.words[1] = 1023;
    region.words[2] = 4000000;
    send(vq, region, 3);
    printk(indices(vq));
    printk("too early: " + (virtqueue_get_buf(vq) === null));
    virtqueue_kick(vq);
    wait_event(acked);
    printk(indices(vq) + " in balloon " + ramInBalloon());
    printk("token " + (virtqueue_get_buf(vq) === region));
    printk(indices(vq) + " and nothing more: " + (virtqueue_get_buf(vq) === null));
    send(vdev.vqs[1], region, 1);
    virtqueue_kick(vdev.vqs[1]);
    collect(vdev.vqs[1], 1);
    printk("in balloon " + ramInBalloon());
  `);
  expect(lines).toEqual([
    "avail 1 used 0 free 127",
    "too early: true",
    "inflate interrupt",
    "avail 1 used 1 free 127 in balloon 2",
    "token true",
    "avail 1 used 1 free 128 and nothing more: true",
    "deflate interrupt",
    "in balloon 1",
  ]);
});

test("a buffer for the device to write is marked as such", async () => {
  const { lines } = await run(`
    const vq = vdev.vqs[2];
    const region = allocDmaWords(100000);
    sg_init_one(sg, region, 400000);
    printk("" + virtqueue_add_inbuf(vq, sg, 1, region) + virtqueue_add_outbuf(vq, sg, 1, region));
    const vr = vq.vring;
    printk("flags " + descFlags(vr.mem, descAt(vr, 0)) + descFlags(vr.mem, descAt(vr, 1)));
    printk("address " + (descAddr(vr.mem, 0) === region.addr) + " length " + descLen(vr.mem, 0));
  `);
  expect(lines).toEqual(["00", "flags 20", "address true length 400000"]);
});

test("indices run through 16 bits, and a full queue refuses", async () => {
  const { lines } = await run(`
    const vq = vdev.vqs[0];
    const region = allocDmaWords(1);
    let refused = 0;
    for (let round = 0; round < 515; round++) {
      for (let i = 0; i < 128; i++) {
        send(vq, region, 1);
      }
      refused += virtqueue_add_outbuf(vq, sg, 1, region);
      virtqueue_kick(vq);
      collect(vq, 128);
    }
    printk(indices(vq) + " refused " + refused + " broken " + vq.broken);
  `);
  expect(lines.at(-1)).toBe("avail 384 used 384 free 128 refused -14420 broken false");
});

const TWO_KICKS = `
  const vq = vdev.vqs[0];
  const region = allocDmaWords(1);
  send(vq, region, 1);
  const first = virtqueue_kick_prepare(vq);
  send(vq, region, 1);
  printk("kicks " + first + " " + virtqueue_kick_prepare(vq));
  virtqueue_notify(vq);
  collect(vq, 2);
`;

test("with event index a kick that is still unheard is not repeated", async () => {
  const { lines } = await run(TWO_KICKS);
  expect(lines).toEqual(["kicks true false", "inflate interrupt"]);
});

test("without event index every kick counts", async () => {
  const { lines } = await run(TWO_KICKS, { ring_features: 0 });
  expect(lines).toEqual(["kicks true true", "inflate interrupt"]);
});

test("a new target reaches the driver once it is ready", async () => {
  const { lines, events } = await run(`
    schedule_timeout(MS, "main");
    virtio_balloon_to_target(virtio_balloon_get(), 100);
    virtio_balloon_to_target(virtio_balloon_get(), 200);
    schedule_timeout(MS, "main");
    virtio_balloon_to_target(virtio_balloon_get(), 200);
  `);
  expect(lines).toEqual(["config: 200", "config: 200"]);
  expect(events).toEqual([
    [1e6, "target", 100],
    [1e6, "target", 200],
    [2e6, "target", 200],
  ]);
});

test("the size is reported at most once a second, and the last one always", async () => {
  const { events } = await run(`
    for (let i = 1; i <= 25; i++) {
      virtio_cwrite32(vdev, 4, i);
      schedule_timeout(90 * MS, "main");
    }
  `);
  expect(events).toEqual([
    [0, "actual", 1],
    [1e9, "actual", 12],
    [2e9, "actual", 23],
    [3e9, "actual", 25],
  ]);
});

test("statistics are asked for again an interval after the answer", async () => {
  const { log } = await run(`
    const vq = vdev.vqs[2];
    const host = virtio_balloon_get();
    const region = allocDmaHalves(10);
    region.halves[0] = 4;
    region.halves[1] = 0x5678;
    region.halves[2] = 0x1234;
    region.halves[3] = 1;
    region.halves[5] = 999;
    sg_init_one(sg, region, 20);
    virtqueue_add_outbuf(vq, sg, 1, region);
    virtqueue_kick(vq);
    schedule_timeout(5 * MS, "main");
    balloon_stats_set_poll_interval(host, 2);
    for (let i = 0; i < 3; i++) {
      collect(vq, 1);
      printk("free memory " + host.stats[4] + " of tag 5 " + host.stats[5]);
      schedule_timeout(10 * MS, "main");
      virtqueue_add_outbuf(vq, sg, 1, region);
      virtqueue_kick(vq);
    }
    schedule_timeout(MS, "main");
    balloon_stats_set_poll_interval(host, 0);
  `);
  expect(log.filter(([, text]) => text !== "stats interrupt")).toEqual([
    [5e6, `free memory ${0x1_1234_5678} of tag 5 -1`],
    [2.015e9, `free memory ${0x1_1234_5678} of tag 5 -1`],
    [4.025e9, `free memory ${0x1_1234_5678} of tag 5 -1`],
  ]);
});

test("a message costs the kick, the host's work and the interrupt", async () => {
  const costs = {
    ...FREE,
    kick: 1000,
    host_request: 2000,
    host_inflate_absent: 10,
    host_deflate: 1,
    irq: 300,
  };
  const { log } = await run(
    `
    const region = allocDmaWords(4);
    schedule_timeout(MS, "main");
    send(vdev.vqs[0], region, 4);
    virtqueue_kick(vdev.vqs[0]);
    collect(vdev.vqs[0], 1);
    printk("inflated");
    send(vdev.vqs[1], region, 4);
    virtqueue_kick(vdev.vqs[1]);
    collect(vdev.vqs[1], 1);
    printk("deflated");
  `,
    { costs },
  );
  expect(log.filter(([, text]) => text.endsWith("flated"))).toEqual([
    [1_003_340, "inflated"],
    [1_006_644, "deflated"],
  ]);
});

const RINGS: readonly (readonly [string, Partial<guest_config>])[] = [
  ["split", {}],
  ["split, without features", { ring_features: 0 }],
  ["split, chains", { ring_features: 1 << 29 }],
  ["packed", { ring_packed: true }],
  ["packed, without features", { ring_packed: true, ring_features: 0 }],
  ["packed, chains", { ring_packed: true, ring_features: 1 << 29 }],
];

test.each(RINGS)(
  "%s: buffers of several elements arrive whole, and in any number",
  async (_name, config) => {
    const { lines } = await run(
      `
    const vq = vdev.vqs[0];
    const sgl = allocScatterlist(5);
    const regions: DmaRegion[] = [];
    for (let i = 0; i < 5; i++) {
      const region = allocDmaWords(1);
      sg_init_one([sgl[i]], region, 4);
      regions.push(region);
    }
    let sent = 0;
    // 5 does not divide the ring, so chains run over its end.
    for (let round = 0; round < 100; round++) {
      for (let n = 0; n < 3; n++) {
        for (let i = 0; i < 5; i++) {
          regions[i].words[0] = (sent + i) % 1000;
        }
        if (virtqueue_add_outbuf(vq, sgl, 5, vdev) === 0) {
          sent += 5;
        }
        virtqueue_kick(vq);
        collect(vq, 1);
      }
    }
    printk("sent " + sent + ", in balloon " + ramInBalloon() + ", free " + vq.num_free);
    let full = 0;
    while (virtqueue_add_outbuf(vq, sgl, 5, vdev) === 0) {
      full++;
    }
    printk("fit " + full + " free " + vq.num_free);
    virtqueue_kick(vq);
    collect(vq, full);
    printk("free " + vq.num_free);
  `,
      config,
    );
    const chains = config.ring_features !== undefined;
    expect(lines.filter((line) => !line.endsWith("interrupt"))).toEqual([
      "sent 1500, in balloon 1000, free 128",
      chains ? "fit 25 free 3" : "fit 128 free 0",
      "free 128",
    ]);
  },
);

test("packed: with event index a kick that is still unheard is not repeated", async () => {
  // Until the device has looked at the ring once, it wants to hear everything.
  const warmedUp = TWO_KICKS.replace(
    "send(",
    "send(vq, region, 1); virtqueue_kick(vq); collect(vq, 1);\n  send(",
  );
  const kicks = [undefined, 0].map(async (ring_features) => {
    const features = ring_features === undefined ? {} : { ring_features };
    const { lines } = await run(warmedUp, { ring_packed: true, ...features });
    return lines.find((line) => line.startsWith("kicks"));
  });
  expect(await Promise.all(kicks)).toEqual(["kicks true false", "kicks true true"]);
});

test("a ring that is used against the rules is broken, and then silent", async () => {
  for (const packed of [false, true]) {
    const { lines } = await run(
      `
      const vq = vdev.vqs[0];
      const region = allocDmaWords(1);
      send(vq, region, 1);
      virtqueue_kick(vq);
      wait_event(acked);
      vq.desc_state[0].data = null;
      const nothing = virtqueue_get_buf(vq) === null;
      printk(nothing + " " + vq.broken + " " + virtqueue_add_outbuf(vq, sg, 1, region) + " " + virtqueue_notify(vq));
    `,
      { ring_packed: packed },
    );
    expect(lines.at(-1)).toBe("true true -5 false");
  }
});

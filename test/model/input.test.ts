/** A key on the virtio keyboard, through the driver's event queue, to the OOM killer. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

function guest(keys: string, device: string, timeline: readonly string[]): Guest {
  return new Guest(
    [
      `guest: { memory: 256MiB, thp: never, ${keys} }`,
      `device: { ${device} }`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

function runChecked(g: Guest): void {
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
  });
}

const HOG = ["run: memhog 20MiB", "wait: 1s"];

test.each(["transport: pci-modern", "transport: mmio-v2", "ring: packed", "event-idx: off"])(
  "sysrq: f kills the largest task, with %s",
  (device) => {
    const g = guest("kernel: v5.7", device, [...HOG, "sysrq: f", "wait: 1s"]);
    runChecked(g);
    const lines = g.log.map(([, text]) => text);
    expect(lines[0]).toBe("sysrq: Manual OOM execution");
    expect(lines[1]).toMatch(/^kworker\/0:\d invoked oom-killer: .*order=-1/);
    expect(lines.find((line) => line.startsWith("Out of memory: Killed process"))).toContain(
      "(memhog)",
    );
    expect(g.vmstat("oom_kill")).toBe(1);
  },
);

interface Input {
  readonly idev: { readonly name: string; readonly key: Uint8Array };
  readonly evt: { readonly num_free: number };
}

test("the driver knows the keyboard, every buffer is back with the device, and no key is left down", () => {
  const g = guest("kernel: v5.7", "", [...HOG, "sysrq: f", "wait: 1s"]);
  runChecked(g);
  const devices = g.global<{ name: string; id: number; priv: Input }[]>(
    "virtio/virtio.ts",
    "virtio_devices",
  );
  expect(devices.map(({ name, id }) => [name, id])).toEqual([
    ["virtio0", 5],
    ["virtio1", 18],
  ]);
  const { idev, evt } = devices[1]!.priv;
  expect(idev.name).toBe("QEMU Virtio Keyboard");
  expect(evt.num_free).toBe(0);
  expect(Math.max(...idev.key)).toBe(0);
});

test("a kernel of 5.7 deflates and kills nobody; one of 6.8 does both", () => {
  const outcomes = ["v5.7", "v6.8"].map((kernel) => {
    const timeline = [...HOG, "balloon: 50MiB", "wait: 3s", "sysrq: f", "wait: 1s"];
    const g = guest(`kernel: ${kernel}`, "features: [deflate-on-oom, stats-vq]", timeline);
    runChecked(g);
    return [g.vmstat("balloon_deflate"), g.vmstat("oom_kill")];
  });
  expect(outcomes).toEqual([
    [256, 0],
    [256, 1],
  ]);
});

test("with nobody to kill it says so, and the guest goes on", () => {
  const g = guest("kernel: v5.7", "", [
    "run: memhog 20MiB --oom-score-adj -1000",
    "wait: 1s",
    "sysrq: f",
    "wait: 1s",
  ]);
  runChecked(g);
  expect(g.log.at(-1)?.[1]).toBe("sysrq: OOM request ignored. No task eligible");
});

test.each([
  ["{ sysrq: b }", "", "SysRq-`b` is not modelled"],
  ["{ sysrq: f }", "device: { transport: pci-legacy }", "A virtio keyboard needs virtio 1.0"],
  ["{ sysrq: f }", "device: { transport: mmio-v1 }", "A virtio keyboard needs virtio 1.0"],
])("%s %s is refused", (step, device, message) => {
  const text = `guest: { memory: 1GiB }\n${device}\ntimeline: [${step}]\n`;
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});

/**
 * What the session knows of the model by name: counters, the balloon, queues, zones. This is the
 * one place that says where the model keeps them.
 */
import type { Machine } from "../../machine/machine.ts";
import type { Steal } from "../../machine/steal.ts";
import { actualValues, compile, isTrue } from "../../scenario/evaluate.ts";
import type { Expression } from "../../scenario/expression.ts";
import { SCENARIO_NAMES } from "../../scenario/names.ts";
import type { Expectation } from "../../scenario/types.ts";
import { knobViews } from "../knobs.ts";
import type { Recorder } from "../recorder.ts";
import type { ExpectOutcome } from "../types.ts";
import { resolverOf, type ScenarioNames } from "./expressions.ts";
import { Buffers } from "./buffers.ts";
import { formatBytes } from "./format.ts";
import { NO_LOCALS } from "./locals.ts";
import type { NamedValue } from "./handles.ts";
import { freeLists } from "./lists.ts";
import type { MemoryFigures, ZoneFigures } from "./oom-report.ts";
import { Pages } from "./pages.ts";
import { oomScope, reclaimScope, type ReclaimOptions } from "./reclaim.ts";
import type { KernelState, Typed } from "./state.ts";
import { describeVirtqueue, type Virtqueue } from "./virtqueues.ts";

interface Zone {
  readonly name: string;
  readonly zone_idx: number;
  readonly managed_pages: number;
  readonly _watermark: readonly [number, number, number];
}

/** `struct virtio_balloon` of the driver, as far as scopes need it. */
interface VirtioBalloon {
  readonly num_pages: number;
  readonly inflate_vq: Virtqueue;
  readonly deflate_vq: Virtqueue;
  readonly stats_vq: Virtqueue | null;
  readonly free_page: { readonly free_page_vq: Virtqueue } | null;
  readonly reporting: { readonly reporting_vq: Virtqueue } | null;
  readonly vb_dev_info: { readonly pages: number };
}

/** The device's end: `VirtIOBalloon`. */
interface Device {
  readonly num_pages: number;
  readonly actual: number;
  /** By tag, -1: not said. */
  readonly stats: Float64Array;
}

interface HostFigures {
  readonly rss: number;
  readonly migrated: number;
  readonly hinted: number;
  /** ns that the vCPUs have lost to others. */
  readonly steal: number;
  readonly stats: GuestStats;
}

/** What the guest last told the host of itself, in bytes, named as QEMU does (`guest-stats`). */
interface GuestStats {
  readonly free_memory: number;
  readonly total_memory: number;
  readonly available_memory: number;
  readonly disk_caches: number;
}

/** Tags of statistics (virtio 1.2, section 5.5.6.3.1). */
const S_MEMFREE = 4;
const S_MEMTOT = 5;
const S_AVAIL = 6;
const S_CACHES = 7;
const STATISTIC = "VIRTIO_BALLOON_S_";
/** Those of memory and swap count bytes, the others events and pages. */
const IN_BYTES = new Set([0, 1, S_MEMFREE, S_MEMTOT, S_AVAIL, S_CACHES]);

/** Device type number (virtio 1.2, section 5). */
const VIRTIO_ID_BALLOON = 5;

export class ModelView implements ScenarioNames, MemoryFigures {
  readonly #state: KernelState;
  readonly #machine: Machine;
  readonly #recorder: Recorder;
  readonly #pages: Pages;
  readonly #reclaim: ReclaimOptions;
  readonly #compiled = new WeakMap<Expression, ReturnType<typeof compile>>();
  #sampled: readonly string[] | null = null;
  readonly #sample: number[] = [];

  constructor(state: KernelState, machine: Machine, recorder: Recorder) {
    this.#state = state;
    this.#machine = machine;
    this.#recorder = recorder;
    this.#pages = new Pages(state);
    this.#reclaim = { state, machine, pages: this.#pages };
  }

  describePage(pfn: number): string {
    return this.#pages.describe(pfn);
  }

  fieldsOfPage(pfn: number): readonly NamedValue[] {
    return this.#pages.fieldsOfPage(pfn);
  }

  list(name: string, head: number, count: number): NamedValue {
    return this.#pages.list(name, head, count);
  }

  /** All of /proc/vmstat, by name. */
  counters(): Record<string, number> {
    const names = this.#state.value<readonly string[]>("vmstat_text");
    const values = this.#state.value<Float64Array>("vmstat");
    const counters: Record<string, number> = {};
    names.forEach((name, index) => (counters[name] = values[index]!));
    return counters;
  }

  /** What a sample holds: the counters, the balloon and its target. */
  sampleNames(): readonly string[] {
    this.#sampled ??= [
      ...this.#state.value<readonly string[]>("vmstat_text"),
      "balloon_pages",
      "balloon_target",
    ];
    return this.#sampled;
  }

  /**
   * In the order of their names, good until the next call. Whatever counts pages does so in units of
   * 4 KiB here, so that one chart can show it all.
   */
  sample(): readonly number[] {
    const names = this.sampleNames();
    const counters = this.#state.value<Float64Array>("vmstat");
    const values = this.#sample;
    const last = names.length - 2;
    for (let i = 0; i < last; i++) values[i] = counters[i]!;
    const units = this.#state.value<number>("VIRTIO_BALLOON_PAGES_PER_PAGE");
    if (units > 1) {
      for (let i = 0; i < last; i++) {
        if (SCENARIO_NAMES.get(names[i]!) === "pages") values[i]! *= units;
      }
    }
    values[last] = this.balloonPages();
    values[last + 1] = this.balloonTarget();
    return values;
  }

  /** Reads what a sample holds beside the counters, without an expression in between. */
  series(name: string): (() => number) | undefined {
    if (name === "balloon_pages") return () => this.balloonPages();
    return name === "balloon_target" ? () => this.balloonTarget() : undefined;
  }

  /** The driver's structure is there only once it was probed; all other names always are. */
  isThere(name: string): boolean {
    return name !== "vb" || this.#driver() !== null;
  }

  balloonTarget(): number {
    return this.#device()?.num_pages ?? 0;
  }

  /** What the guest has last told the host. */
  balloonActual(): number {
    return this.#device()?.actual ?? 0;
  }

  /** What is in the balloon now. */
  balloonPages(): number {
    return this.#driver()?.num_pages ?? 0;
  }

  zoneFigures(): readonly ZoneFigures[] {
    const perZone = this.#state.value<number>("NR_VM_ZONE_STAT_ITEMS");
    const stat = this.#state.value<Int32Array>("vm_zone_stat");
    return this.#zones().map(({ name, zone_idx, managed_pages, _watermark: [min, low, high] }) => ({
      name,
      // NR_FREE_PAGES is the first of a zone's gauges.
      free: stat[zone_idx * perZone] ?? 0,
      min,
      low,
      high,
      managed: managed_pages,
      index: zone_idx,
    }));
  }

  scenarioName(id: string): Typed | undefined {
    switch (id) {
      case "time":
        return { value: this.#machine.now(), type: null };
      case "balloon": {
        const target = this.balloonTarget();
        const actual = this.balloonActual();
        return { value: { target, actual, reached: actual === target }, type: null };
      }
      case "balloon_pages":
        return { value: this.balloonPages(), type: "BalloonPages" };
      case "balloon_target":
        return { value: this.balloonTarget(), type: "BalloonPages" };
      case "host":
        return { value: this.#host(), type: null };
      case "vm":
        return { value: this.#sysctls(), type: null };
      case "vb": {
        const value = this.#driver();
        if (value === null) return undefined;
        const location = this.#state.locate("virtio_devices", this.#balloonAt(), "priv");
        return { value, type: "virtio_balloon", location };
      }
      case "mem_map":
        // The first of all `struct page`s: `mem_map[pfn]` is any of them.
        return { value: 0, type: "Page" };
      case "MemTotal":
        return { value: this.#state.value<number>("_totalram_pages"), type: "PageCount" };
      case "oom_notifications":
        return {
          value: this.#recorder.soFar("oom_notify").length,
          type: null,
        };
      default: {
        const index = this.#state.value<readonly string[]>("vmstat_text").indexOf(id);
        if (index < 0) return undefined;
        const value = this.#state.value<Float64Array>("vmstat")[index];
        return { value, type: counterType(id), location: this.#state.locate("vmstat", index) };
      }
    }
  }

  scenarioNames(): Iterable<string> {
    return [
      "time",
      "balloon",
      "balloon_pages",
      "balloon_target",
      "host",
      "vm",
      "vb",
      "mem_map",
      "MemTotal",
      "oom_notifications",
      ...this.#state.value<readonly string[]>("vmstat_text"),
    ];
  }

  /** Whether a scenario's condition is true; the parser has checked its names. */
  holds(expression: Expression): boolean {
    let run = this.#compiled.get(expression);
    if (run === undefined) this.#compiled.set(expression, (run = compile(expression)));
    const resolver = this.#resolver();
    const result = run(resolver);
    return result.ok && isTrue(result.value, resolver);
  }

  /** An expectation as it stands now, with the values of the names in it: `balloon_deflate = 0`. */
  outcome({ text, range, expression }: Expectation): ExpectOutcome {
    const actual = actualValues(expression, this.#resolver());
    return { line: range.line, text, pass: this.holds(expression), actual };
  }

  /** The scopes that every frame has. */
  scopes(): NamedValue[] {
    // Most are never opened.
    const scope = (name: string, children: () => readonly NamedValue[]): NamedValue => ({
      name,
      value: undefined,
      type: null,
      evaluateName: null,
      children,
    });
    return [
      scope("Balloon", () => this.#balloonScope()),
      scope("Virtqueues", () => this.#virtqueues()),
      scope("Memory", () => this.#memoryScope()),
      scope("Reclaim", () => reclaimScope(this.#reclaim)),
      scope("OOM", () => oomScope(this.#reclaim, this.#recorder.soFar("oom_kill"))),
      scope("Sysctl", () => this.#sysctlScope()),
      scope("Host", () => this.#hostScope()),
      scope("vmstat", () => this.#vmstatScope()),
      scope("Globals", () => this.#globalsScope()),
    ];
  }

  #balloonScope(): NamedValue[] {
    const driver = this.#driver();
    const device = this.#device();
    const values: NamedValue[] = [
      balloonPages("target", this.balloonTarget(), "balloon.target"),
      balloonPages("actual", this.balloonActual(), "balloon.actual"),
    ];
    if (driver !== null) {
      values.push({ name: "vb", value: driver, type: "virtio_balloon", evaluateName: "vb" });
      values.push(
        this.#pages.list("vb_dev_info.pages", driver.vb_dev_info.pages, driver.num_pages),
      );
    }
    if (device !== null) {
      values.push({ name: "device", value: device, type: "VirtIOBalloon", evaluateName: null });
    }
    return values;
  }

  #virtqueues(): NamedValue[] {
    const driver = this.#driver();
    if (driver === null) return [];
    const place = this.#state.locate("virtio_devices", this.#balloonAt(), "priv");
    const buffers = new Buffers(this.#state);
    const queues: readonly (readonly [Virtqueue | null | undefined, ...string[]])[] = [
      [driver.inflate_vq, "inflate_vq"],
      [driver.deflate_vq, "deflate_vq"],
      [driver.stats_vq, "stats_vq"],
      [driver.free_page?.free_page_vq, "free_page", "free_page_vq"],
      [driver.reporting?.reporting_vq, "reporting", "reporting_vq"],
    ];
    return queues.flatMap(([queue, ...path]) => {
      if (!queue) return [];
      const location = { ...place, keys: [...place.keys, ...path] };
      return [describeVirtqueue(queue, { place: location, buffers })];
    });
  }

  #memoryScope(): NamedValue[] {
    return this.zoneFigures().map((zone) => ({
      name: `zone ${zone.name}`,
      value: undefined,
      type: "zone",
      evaluateName: null,
      text: `free ${zone.free}, min ${zone.min}, low ${zone.low}, high ${zone.high}`,
      children: [
        pageCount("free", zone.free),
        pageCount("min", zone.min),
        pageCount("low", zone.low),
        pageCount("high", zone.high),
        pageCount("managed", zone.managed),
        ...freeLists(this.#state, this.#pages, zone.index),
      ],
    }));
  }

  #hostScope(): NamedValue[] {
    const { rss, migrated, hinted } = this.#host();
    const { steal } = this.#machine.state;
    const device = this.#state.locate("balloon");
    return [
      balloonPages("resident memory of the guest", rss, "host.rss"),
      balloonPages("told to be in the balloon", this.#state.value<number>("inBalloon")),
      balloonPages("migrated", migrated, "host.migrated"),
      balloonPages("free page hints", hinted, "host.hinted"),
      ...(steal === null ? [] : [stealValue(steal, this.#machine.now())]),
      {
        name: "VirtIOBalloon",
        value: this.#device(),
        type: "VirtIOBalloon",
        evaluateName: null,
        location: device,
      },
      ...(this.#device() === null ? [] : [this.#statistics()]),
    ];
  }

  /** What the guest last told of itself, by tag. */
  #statistics(): NamedValue {
    const told = this.#device()!.stats;
    const tags = this.#state.debug.globals.filter(
      ({ name }) => name.startsWith(STATISTIC) && name !== `${STATISTIC}NR`,
    );
    const children = tags.map(({ name }): NamedValue => {
      const tag = this.#state.value<number>(name);
      const value = told[tag]!;
      const text = IN_BYTES.has(tag) ? formatBytes(value) : String(value);
      return {
        name: name.slice(STATISTIC.length),
        value,
        type: null,
        evaluateName: null,
        text: value < 0 ? "not told" : text,
        location: this.#state.locate("balloon", "stats", tag),
      };
    });
    const text = `${told.filter((value) => value >= 0).length} of ${tags.length} told`;
    return { name: "statistics", value: undefined, type: null, evaluateName: null, text, children };
  }

  /** Files below /proc/sys: to set one is to write to it. */
  #sysctlScope(): NamedValue[] {
    return Object.entries(this.#sysctls()).map(([name, value]) => ({
      name: `vm.${name}`,
      value,
      type: null,
      evaluateName: `vm.${name}`,
    }));
  }

  #vmstatScope(): NamedValue[] {
    return Object.entries(this.counters()).map(([name, value], index) => ({
      name,
      value,
      type: counterType(name),
      evaluateName: name,
      location: this.#state.locate("vmstat", index),
    }));
  }

  /** One entry a file of the model; constants are not state and are left out. */
  #globalsScope(): NamedValue[] {
    const { files, globals } = this.#state.debug;
    return files.flatMap((file, fileIndex) => {
      const children = globals.flatMap((global, index) => {
        if (global.file !== fileIndex) return [];
        const typed = this.#state.globalAt(index);
        if (global.kind === "const" && typeof typed.value !== "object") return [];
        return [{ ...typed, name: global.name, evaluateName: global.name }];
      });
      if (children.length === 0) return [];
      return [{ name: file, value: undefined, type: null, evaluateName: null, text: "", children }];
    });
  }

  #resolver(): ReturnType<typeof resolverOf> {
    return resolverOf({ locals: NO_LOCALS, current: null, state: this.#state, model: this });
  }

  /** What the host has of the guest, and has sent of it. */
  #host(): HostFigures {
    const stat = (tag: number): number => this.#device()?.stats[tag] ?? -1;
    return {
      rss: this.#state.value<number>("presentPages"),
      migrated: this.#state.value<{ readonly normal: number }>("ram_counters").normal,
      hinted: this.#state.value<{ readonly hinted: number }>("free_page_hints").hinted,
      steal: this.#machine.state.steal?.lost.reduce((sum, lost) => sum + lost, 0) ?? 0,
      stats: {
        free_memory: stat(S_MEMFREE),
        total_memory: stat(S_MEMTOT),
        available_memory: stat(S_AVAIL),
        disk_caches: stat(S_CACHES),
      },
    };
  }

  /** By name without `vm.`. */
  #sysctls(): Record<string, number> {
    return Object.fromEntries(
      knobViews(this.#state, this)
        .filter(({ name }) => name.startsWith("vm."))
        .map(({ name, value }) => [name.slice("vm.".length), Number(value)]),
    );
  }

  #zones(): readonly Zone[] {
    return this.#state.value<readonly Zone[]>("zones").filter((zone) => zone.managed_pages > 0);
  }

  #device(): Device | null {
    return this.#state.value<Device | null>("balloon");
  }

  #driver(): VirtioBalloon | null {
    const device = this.#devices().find(isBalloon);
    return (device?.priv ?? null) as VirtioBalloon | null;
  }

  #balloonAt(): number {
    return this.#devices().findIndex(isBalloon);
  }

  #devices(): readonly { readonly id: number; readonly priv: unknown }[] {
    return this.#state.value("virtio_devices");
  }
}

function isBalloon({ id }: { readonly id: number }): boolean {
  return id === VIRTIO_ID_BALLOON;
}

/** Amounts of pages are shown as such; of events, only how many there were. */
function counterType(name: string): string | null {
  return name.startsWith("nr_") && SCENARIO_NAMES.get(name) === "pages" ? "PageCount" : null;
}

function pageCount(name: string, value: number): NamedValue {
  return { name, value, type: "PageCount", evaluateName: null };
}

/** What each vCPU has lost to others, as `steal` in /proc/stat, and which of them stand still. */
function stealValue({ share, slice, lost, until }: Steal, now: number): NamedValue {
  const total = lost.reduce((sum, each) => sum + each, 0);
  return {
    name: "steal",
    value: total,
    type: null,
    evaluateName: "host.steal",
    text: `${total / 1e6} ms, in slices of ${slice / 1e6} ms`,
    children: [...lost].map((each, cpu) => ({
      name: `cpu ${cpu}`,
      value: each,
      type: null,
      evaluateName: null,
      text:
        `${each / 1e6} ms lost, ${share[cpu]! / 10} % of its time goes to others` +
        (until[cpu]! > now ? `; stolen for ${(until[cpu]! - now) / 1e6} ms more` : ""),
    })),
  };
}

/** Units of 4 KiB, as the device and the host count. */
function balloonPages(name: string, value: number, evaluateName: string | null = null): NamedValue {
  return { name, value, type: "BalloonPages", evaluateName };
}

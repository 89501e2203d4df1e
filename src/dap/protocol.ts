/**
 * Our additions to the Debug Adapter Protocol: usable by any client, used by the extension.
 *
 * Event `balloon/samples` is sent while running, at most every 50 ms, and after every stop;
 * its body is `SamplesBody`. Request `balloon/samples` (arguments `{ since: number }`) returns the
 * same from any sample on, so that a panel opened late can be filled. Going back in time sends
 * `balloon/samples` with `truncate`.
 */
export interface SamplesBody {
  /** Number of the first sample here. */
  readonly first: number;
  /** The client drops what it has from sample number `first` on before adding these. */
  readonly truncate: boolean;
  /** Virtual nanoseconds. */
  readonly times: readonly number[];
  /** Columns by series name; vmstat names, and `balloon_pages`, `balloon_target`. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly {
    readonly time: number;
    readonly name: string;
    readonly a: number;
    readonly b: number;
  }[];
}

export interface SamplesArguments {
  readonly since: number;
}

/** Arguments of the `launch` request. */
export interface LaunchArguments {
  /** Scenario file: a path, or a URI where the client has no file system. */
  readonly program: string;
  /** Text of the scenario, for clients whose adapter cannot read `program` itself (web). */
  readonly text?: string;
  /** Overrides `guest.kernel`. */
  readonly kernel?: string;
  readonly seed?: number;
  readonly stopOnEntry?: boolean;
  readonly noDebug?: boolean;
}

/** What the body of our `stopped` events has beside the protocol's own members. */
export interface BalloonStopped {
  /** Virtual nanoseconds since the guest's boot. */
  readonly virtualTime: number;
}

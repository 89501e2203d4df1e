import type { SessionApi } from "../session/types.ts";
import type { Opened } from "./host.ts";
import type { LaunchArguments } from "./protocol.ts";

/** A guest without a client: left by one, for another to attach to. */
export interface ParkedGuest {
  readonly name: string;
  readonly session: SessionApi;
  readonly launch: LaunchArguments;
  readonly text: string;
  readonly places: Opened["places"];
  /** Called between slices of its runs. */
  readonly pump: { now: () => void };
  /** Resolves when it does not run any more. */
  readonly atRest: Promise<unknown>;
}

/** Each keeps its memory and its history. */
const maxGuests = 4;

/** Guests that outlive the connection of their client, in a server that outlives it too. */
export class Parking {
  private guests: readonly ParkedGuest[] = [];
  private count = 0;

  /** Keeps a guest; the one that was left longest ago goes when there are too many. */
  async leave(guest: Omit<ParkedGuest, "name">): Promise<string> {
    const name = `guest-${++this.count}`;
    const all = [...this.guests, { ...guest, name }];
    this.guests = all.slice(-maxGuests);
    await Promise.all(all.slice(0, -maxGuests).map(dispose));
    return name;
  }

  /** Takes a guest by its name, or the only one; null when it is not clear which. */
  take(name: string | undefined): ParkedGuest | null {
    const found =
      name === undefined
        ? this.guests.length === 1
          ? this.guests[0]
          : undefined
        : this.guests.find((each) => each.name === name);
    if (found === undefined) return null;
    this.guests = this.guests.filter((each) => each !== found);
    return found;
  }

  names(): readonly string[] {
    return this.guests.map(({ name, launch }) => `${name} (${launch.program})`);
  }

  async close(): Promise<void> {
    const { guests } = this;
    this.guests = [];
    await Promise.all(guests.map(dispose));
  }
}

async function dispose({ session, atRest }: ParkedGuest): Promise<void> {
  if (session.running) session.pause();
  await atRest;
  session.dispose();
}

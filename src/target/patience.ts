/**
 * How long a mount that may hang is waited for, and how long all of them together.
 *
 * One request may take two seconds. A mount that did not answer is not asked again. Whoever mounts a hundred
 * dead ones, or answers each request just in time, uses up a budget, and so do the children that are started
 * because one did not answer. After it a request gets a tenth of a second, which a healthy server needs no part
 * of; soon after that only mounts that have answered are asked, and in the end none that may hang.
 */

/** Milliseconds. */
const perRequest = 2000;
const free = 100;
const budget = 4000;
/** What may be waited beyond the budget: for a mount that never answered, and for one that has. */
const beyondForNew = 1000;
const beyondForAlive = 2500;
/** What a child may take to start once the budget is gone: starting is no mount's fault. */
const leastForStart = 1000;

export class Patience {
  readonly #dead = new Set<string>();
  readonly #alive = new Set<string>();
  #left = budget;
  #begun = false;

  /** Milliseconds to wait for a mount, or why it is not asked. */
  for(mount: string): number | string {
    if (this.#dead.has(mount)) return 'it did not answer before';
    if (this.#left <= -(this.#alive.has(mount) ? beyondForAlive : beyondForNew)) {
      return 'too much time went into others that did not answer';
    }
    return Math.min(perRequest, free + Math.max(0, this.#left));
  }

  /** Milliseconds that a child may take until it is ready. */
  forStart(): number {
    return Math.max(leastForStart, this.#left);
  }

  /** A child was ready, or given up, after so long. The first is started for no mount's fault, and free. */
  started(milliseconds: number): void {
    this.#left -= this.#begun ? milliseconds : Math.max(0, milliseconds - leastForStart);
    this.#begun = true;
  }

  answered(mount: string, milliseconds: number): void {
    this.#alive.add(mount);
    this.#left -= Math.max(0, milliseconds - free);
  }

  gaveUp(mount: string, milliseconds: number): void {
    this.#dead.add(mount);
    this.#left -= milliseconds;
  }
}

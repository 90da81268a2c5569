/**
 * How long a mount that may hang is waited for, and how long all of them together.
 *
 * One request may take two seconds. A mount that did not answer is not asked again. Whoever mounts a hundred
 * dead ones, or answers each request just in time, uses up a budget; after it a request gets a tenth of a
 * second, which a healthy server needs no part of, and some more dead mounts end the asking of new ones.
 */

/** Milliseconds. */
const perRequest = 2000;
const free = 100;
const budget = 6000;
/** Dead mounts after which one that never answered is not asked any more, once the budget is gone. */
const mostDead = 16;

export class Patience {
  readonly #dead = new Set<string>();
  readonly #alive = new Set<string>();
  #left = budget;

  /** Milliseconds to wait for a mount, or why it is not asked. */
  for(mount: string): number | string {
    if (this.#dead.has(mount)) return 'it did not answer before';
    if (this.#left <= 0 && this.#dead.size >= mostDead && !this.#alive.has(mount)) {
      return 'too many others did not answer before';
    }
    return Math.min(perRequest, free + Math.max(0, this.#left));
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

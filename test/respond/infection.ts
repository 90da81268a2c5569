/**
 * What an infection of the lab is made of. Builders plant the shapes of persistence that cases show, with stand-ins that
 * compute nothing, reach nobody and end with their host. Test code: none of it is part of the product.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exampleWallet } from '../../src/drill/pool.ts';
import type { LabHost } from '../lab/host.ts';

/** The address is of the documentation range; nothing in the lab has a way to it. */
const pool = 'stratum+tcp://192.0.2.66:3333';

/** What a miner is started with: the memory of RandomX is laid out and never filled. */
export const minerArguments = `light 1 idle -o ${pool} -u ${exampleWallet()} --donate-level 1`;

/** Plants into the root of a host that has not booted. */
export class Planter {
  readonly root: string;
  /** Paths of all that was planted. */
  readonly planted = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  put(path: string, text: string, mode = 0o644): void {
    const to = this.#at(path);
    writeFileSync(to, text);
    chmodSync(to, mode);
  }

  /** What stands on the host. */
  text(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  script(path: string, body: string): void {
    this.put(path, `#!/bin/sh\n${body}\n`, 0o755);
  }

  /** A copy of the stand-in that has the memory of a miner. */
  miner(path: string): void {
    const to = this.#at(path);
    copyFileSync(join(this.root, 'opt/standins/shape'), to);
    chmodSync(to, 0o755);
  }

  link(path: string, target: string): void {
    symlinkSync(target, this.#at(path));
  }

  /** A unit, and the link by which it is enabled. */
  unit(name: string, text: string, wantedBy = 'multi-user.target'): void {
    this.put(`/etc/systemd/system/${name}`, text);
    this.link(`/etc/systemd/system/${wantedBy}.wants/${name}`, `/etc/systemd/system/${name}`);
  }

  #at(path: string): string {
    this.planted.add(path);
    const to = join(this.root, path);
    mkdirSync(dirname(to), { recursive: true });
    return to;
  }
}

export interface Infection {
  readonly id: string;
  /** Before the host boots. */
  plant(host: Planter): void;
  /** On the running host: what an intruder typed. */
  readonly typed?: (host: LabHost) => Promise<void>;
  /** Paths of programs that mine; a process of one of them is a miner that is back. */
  readonly miners: readonly string[];
  /** Seconds within which a killed miner runs again; undefined where nothing on this host brings it back by itself. */
  readonly period: number | undefined;
  /** What the plan must change, beside what it takes. */
  readonly edited?: readonly string[];
  /** Paths of what was typed, where a plan may change them. */
  readonly typedPaths?: readonly string[];
  /** What is not as on a clean host and stays: of its owner, or for people. Paths, and folders with what lies in them. */
  readonly stays?: readonly string[];
  /** Files of the attacker's in a folder of which the rest stays. */
  readonly taken?: readonly string[];
  /** What only people put right: the plan says so, and a scan still tells of it afterwards. */
  readonly byHand?: boolean;
  /** Sources of `persistence[]` that must be judged at least suspicious, by the path of their file. */
  readonly places: readonly string[];
}

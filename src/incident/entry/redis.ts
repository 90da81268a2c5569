/**
 * Redis without a password: a dump written over a crontab or over authorized_keys, a replica of the attacker's that
 * hands over a module, Lua that leaves its box.
 *
 * The dump is proof by itself: cron and sshd pass over its bytes, and nothing else leaves a database's dump around a
 * line of theirs. The log adds when (`DB saved on disk`) and who (`REPLICAOF … user request from`). What it is NOT: an
 * own replica; a master in the same network that Redis keeps being told of at its start is the owner's, and saving is
 * what Redis does all day, so it is no success without the file.
 * Source: knowledge on entry §5.2; redis src/rdb.c, src/replication.c, src/module.c.
 */
import { reachOf } from '../../detect/address.ts';
import type { LogEvent, ServiceEvent } from '../../model/facts/event.ts';
import { printableText } from '../../model/text.ts';
import type { FirstTrace, Scene, SceneEntry } from '../scene.ts';
import { type ChainStep, type Excluded, earlierUs, follows, type Vector, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { wayIn } from './claim.ts';
import { type Kept, keep } from './kept.ts';
import { Moments } from './moments.ts';
import { accountsOf } from './owners.ts';
import type { EntryWatcher } from './watcher.ts';

const account = printableText('redis');
const most = 64;
const sameSaveUs = 60e6;

interface Peered extends Kept {
  readonly from: string;
}

const peered = (event: ServiceEvent): Peered => ({ ...keep(event), from: event.from });

/** Where it writes modules that came with a dump, and what no owner loads. */
const strayModule =
  /(?:^|[ /])(?:tmp|var\/tmp|dev\/shm|var\/lib\/redis|data)\/|\.\/|(?:exp|system|module|red2|kinsing)\w{0,20}\.so/i;

/** `dir` and `dbfilename` of a crontab or of keys. */
const elsewhere =
  /\b(?:dir|dbfilename)\b.{0,8}(?:\/(?:etc|var\/spool)\/cron|\/etc\/crontab|\S{0,100}\/\.ssh\b|authorized_keys)/;

/** What a script reaches once it is out of its box; inside of it there is neither. */
const unboxed = /\bloadlib\b|\b(?:io\.popen|os\.execute)\b/;

export class RedisWatcher implements EntryWatcher {
  readonly #saves = new Moments<Kept>(512);
  readonly #replicas = new Moments<Peered>(most);
  readonly #modules = new Moments<Kept>(most);
  readonly #scripts = new Moments<Peered>(most);
  readonly #attempts = new Moments<Peered>(most);
  #ownReplicas = 0;
  #withoutEffect = 0;

  see(event: LogEvent): void {
    if (event.what !== 'service' || event.service !== 'redis') return;
    switch (event.action) {
      case 'saved':
        this.#saves.note(event.us, () => keep(event));
        return;
      case 'replica-of':
      case 'replica-asked':
        this.#replicas.note(event.us, () => peered(event));
        return;
      case 'module-loaded':
        if (strayModule.test(event.detail)) this.#modules.note(event.us, () => keep(event));
        return;
      case 'script':
        if (unboxed.test(event.detail)) this.#scripts.note(event.us, () => peered(event));
        return;
      case 'cross-protocol':
        this.#attempts.note(event.us, () => peered(event));
        return;
      default:
        return;
    }
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    // Where the dump was cleaned away, settings that were rewritten still say where it went.
    const dumps = scene.entries.filter(
      ({ dumped, mechanism, text }) => dumped === true || (mechanism === 'redis' && elsewhere.test(text)),
    );
    const isKey = ({ mechanism, text }: SceneEntry): boolean =>
      mechanism === 'redis' ? /\.ssh\b|authorized_keys/.test(text) : mechanism.startsWith('ssh-');
    const ways = [
      this.#dumped(
        'redis-cron',
        dumps.filter((one) => !isKey(one)),
        scene,
        after,
      ),
      this.#dumped('redis-key', dumps.filter(isKey), scene, after),
      this.#replicated(scene, after),
      this.#scripted(scene, after),
    ].flatMap((way) => way ?? []);
    return ways.length > 0 ? ways : openAndUsed(scene, after);
  }

  excluded(): readonly Excluded[] {
    const excluded: Excluded[] = [];
    if (this.#ownReplicas > 0)
      excluded.push({
        vector: 'redis-replication',
        service: 'redis',
        what: 'own-replica',
        count: this.#ownReplicas,
      });
    if (this.#withoutEffect > 0)
      excluded.push({
        vector: 'redis-lua',
        service: 'redis',
        what: 'without-effect',
        count: this.#withoutEffect,
      });
    return excluded;
  }

  #dumped(vector: Vector, dumps: readonly SceneEntry[], scene: Scene, after: Aftermath): WayIn | undefined {
    const [first] = dumps.toSorted((a, b) => (a.changedUs ?? 0) - (b.changedUs ?? 0));
    if (first === undefined) return undefined;
    const changed = first.changedUs;
    // It is renamed to its place in the second that the save is told; Redis saves all day, so no other one counts.
    const saves = this.#saves
      .kept()
      .filter(({ us }) => changed !== undefined && us <= changed + earlierUs && us >= changed - sameSaveUs);
    const step: ChainStep = {
      step: 'persistence',
      us: changed ?? 0,
      certain: changed !== undefined,
      source: first.source,
      text: first.text,
    };
    return wayIn(
      {
        vector,
        service: 'redis',
        account,
        attackers: this.#attackers(changed),
        attempt: this.#attempts.kept()[0],
        successes: saves.slice(-1),
        steps: changed === undefined ? [] : [step],
        // The daemon wrote it, whoever it ran as.
        owns: () => true,
        written: { us: changed ?? 0, grounded: changed !== undefined },
      },
      scene,
      after,
    );
  }

  /** Whoever spoke to it within the hours before. */
  #attackers(us: number | undefined): readonly string[] {
    const all = [...this.#attempts.kept(), ...this.#replicas.kept(), ...this.#scripts.kept()];
    const near = all.filter(
      (one) => us === undefined || (one.us <= us + earlierUs && one.us >= us - 6 * 3600e6),
    );
    return near.map(({ from }) => from).filter((from) => reachOf(from) === 'public');
  }

  #replicated(scene: Scene, after: Aftermath): WayIn | undefined {
    const modules = this.#modules.kept();
    const asked = this.#replicas.kept();
    const foreign = asked.filter(({ from }) => reachOf(from) === 'public' || scene.addresses.has(from));
    // A master that is followed for days without a module is the owner's, wherever it stands.
    const tied = foreign.filter(({ us }) => modules.some((loaded) => follows(us, loaded.us)));
    this.#ownReplicas = asked.length - tied.length;
    if (modules.length === 0) return undefined;
    const successes = modules.filter(
      ({ us }) => foreign.length === 0 || tied.some((one) => follows(one.us, us)),
    );
    return wayIn(
      {
        vector: 'redis-replication',
        service: 'redis',
        account,
        attackers: tied.map(({ from }) => from),
        attempt: tied[0],
        successes: successes.length > 0 ? successes : modules,
        owns: ({ owner }) => accountsOf('redis').includes(owner) || (owner === 'root' && isRoots(scene)),
        ownAccount: true,
        limits: tied.length === 0 ? ['address-hidden'] : [],
      },
      scene,
      after,
    );
  }

  #scripted(scene: Scene, after: Aftermath): WayIn | undefined {
    const asked = this.#scripts.kept();
    const owns: (trace: FirstTrace) => boolean = ({ owner }) =>
      accountsOf('redis').includes(owner) || (owner === 'root' && isRoots(scene));
    // MONITOR shows what was asked for, and a Redis that is in order refuses it: what came of it counts.
    const scripts = asked.filter(({ us }) => {
      const trace = after.firstAfter(us);
      return trace !== undefined && follows(us, trace.us) && owns(trace);
    });
    this.#withoutEffect = asked.length - scripts.length;
    if (scripts.length === 0) return undefined;
    return wayIn(
      {
        vector: 'redis-lua',
        service: 'redis',
        account,
        attackers: scripts.map(({ from }) => from),
        successes: scripts,
        owns,
        ownAccount: true,
      },
      scene,
      after,
    );
  }
}

/**
 * Nothing tells how, but it stands open and its account left something. A module is what runs programs in every version
 * of it; a script does so in few.
 */
function openAndUsed(scene: Scene, after: Aftermath): readonly WayIn[] {
  const accounts = accountsOf('redis');
  const isOpen = scene.doors.some((one) => one.service === 'redis' && !one.protected);
  const isUsed = [...scene.miners.map((one) => one.account), ...scene.files.map(({ owner }) => owner)].some(
    (one) => accounts.includes(one),
  );
  if (!isOpen || !isUsed) return [];
  const way = wayIn(
    {
      vector: 'redis-replication',
      service: 'redis',
      account,
      attackers: [],
      successes: [],
      owns: ({ owner }) => accounts.includes(owner),
      ownAccount: true,
    },
    scene,
    after,
  );
  return way === undefined ? [] : [way];
}

/** Redis runs as root here: a parent of a miner that is it. */
const isRoots = ({ miners }: Scene): boolean =>
  miners.some(
    ({ account: of, parents }) => of === 'root' && parents.some((path) => /redis|valkey|keydb/.test(path)),
  );

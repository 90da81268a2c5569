/**
 * A stand-in for dockerd: speaks the Docker Engine API on a unix socket, keeps real processes running by their restart
 * policy, and answers in the shapes of the API's documentation (1.41: ContainerInspect, ContainerList, ContainerChanges,
 * ContainerArchive, ContainerUpdate, ContainerPause, ContainerKill, ContainerStart, ErrorResponse). Test code.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MadeContainer {
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly policy?: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly autoRemove?: boolean;
  readonly binds?: readonly string[];
  readonly ports?: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly networkMode?: string;
  readonly volumes?: readonly string[];
  /** Path to what `archive` gives. */
  readonly files?: Readonly<Record<string, string>>;
  /** What `export` gives, and `SizeRootFs` says. */
  readonly exported?: Uint8Array<ArrayBuffer>;
}

interface Held {
  readonly made: MadeContainer;
  policy: { Name: string; MaximumRetryCount: number };
  status: 'created' | 'running' | 'paused' | 'restarting' | 'exited';
  process: Bun.Subprocess | undefined;
  startedAt: string;
  restarts: number;
  exitCode: number;
  /** Told to end: its policy does not start it again. */
  manuallyStopped: boolean;
}

export interface EngineHabits {
  /** What it does to a container that stands still and is told to end: moby since 1.13, and before. */
  readonly killsPaused?: 'and-lets-go' | 'refuses';
  /** Milliseconds before its policy starts it again; moby begins with 100. */
  readonly delayMs?: number;
  /** Answers in its place. */
  readonly instead?: (method: string, path: string) => Response | Promise<Response> | undefined;
}

const never = '0001-01-01T00:00:00Z';

export class FakeEngine {
  readonly socket: string;
  readonly asked: string[] = [];
  habits: EngineHabits;
  readonly #folder = mkdtempSync(join(tmpdir(), 'demine-engine-'));
  readonly #held = new Map<string, Held>();
  readonly #server: { stop: (closeActive?: boolean) => Promise<void> };

  constructor(habits: EngineHabits = {}) {
    this.habits = habits;
    this.socket = join(this.#folder, 'docker.sock');
    this.#server = Bun.serve({
      unix: this.socket,
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        const path = pathname.replace(/^\/v1\.\d+/, '');
        this.asked.push(`${request.method} ${path}`);
        const instead = await this.habits.instead?.(request.method, path);
        return instead ?? (await this.#answer(request, path, new URLSearchParams(search)));
      },
    });
  }

  create(made: MadeContainer): void {
    this.#held.set(made.id, {
      made,
      policy: { Name: made.policy ?? 'no', MaximumRetryCount: 0 },
      status: 'created',
      process: undefined,
      startedAt: never,
      restarts: 0,
      exitCode: 0,
      manuallyStopped: false,
    });
    this.#start(this.#of(made.id));
  }

  /** Pid of what runs in it. */
  pidOf(id: string): number | undefined {
    const held = this.#held.get(id);
    return held?.status === 'running' || held?.status === 'paused' ? held.process?.pid : undefined;
  }

  policyOf = (id: string): string | undefined => this.#held.get(id)?.policy.Name;
  statusOf = (id: string): string | undefined => this.#held.get(id)?.status;

  /** As `docker restart` by somebody else. */
  async restart(id: string): Promise<void> {
    const held = this.#of(id);
    held.manuallyStopped = true;
    held.process?.kill('SIGKILL');
    await held.process?.exited;
    held.restarts = 0;
    this.#start(held);
  }

  async close(): Promise<void> {
    for (const held of this.#held.values()) {
      held.manuallyStopped = true;
      held.policy = { Name: 'no', MaximumRetryCount: 0 };
      held.process?.kill('SIGKILL');
      await held.process?.exited;
    }
    await this.#server.stop(true);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #of(id: string): Held {
    const held = this.#held.get(id);
    if (held === undefined) throw new Error(`no container ${id}`);
    return held;
  }

  #start(held: Held): void {
    held.manuallyStopped = false;
    held.status = 'running';
    held.startedAt = new Date().toISOString();
    const child = Bun.spawn([...held.made.command], { stdio: ['ignore', 'ignore', 'ignore'] });
    held.process = child;
    void child.exited.then((code) => this.#ended(held, child, code));
  }

  #ended(held: Held, child: Bun.Subprocess, code: number): void {
    if (held.process !== child) return;
    held.exitCode = code;
    const { Name } = held.policy;
    const again =
      !held.manuallyStopped &&
      (Name === 'always' || Name === 'unless-stopped' || (Name === 'on-failure' && code !== 0));
    if (!again) {
      held.status = 'exited';
      if (held.made.autoRemove === true) this.#held.delete(held.made.id);
      return;
    }
    held.status = 'restarting';
    held.restarts += 1;
    setTimeout(() => {
      if (held.status === 'restarting' && this.#held.has(held.made.id)) this.#start(held);
    }, this.habits.delayMs ?? 100);
  }

  #inspect(held: Held): object {
    const { made, status } = held;
    const running = status === 'running' || status === 'paused' || status === 'restarting';
    return {
      Id: made.id,
      Created: '2024-01-02T03:04:05.678901234Z',
      Path: made.command[0],
      Args: made.command.slice(1),
      State: {
        Status: status,
        Running: running,
        Paused: status === 'paused',
        Restarting: status === 'restarting',
        OOMKilled: false,
        Dead: false,
        Pid: this.pidOf(made.id) ?? 0,
        ExitCode: held.exitCode,
        Error: '',
        StartedAt: held.startedAt,
        FinishedAt: never,
      },
      Image: `sha256:${'1'.repeat(64)}`,
      Name: `/${made.name}`,
      RestartCount: held.restarts,
      Driver: 'overlay2',
      HostConfig: {
        Binds: made.binds ?? null,
        NetworkMode: made.networkMode ?? 'default',
        RestartPolicy: held.policy,
        AutoRemove: made.autoRemove ?? false,
        Privileged: false,
      },
      Mounts: [
        ...(made.binds ?? []).map((one) => {
          const [Source, Destination, mode = ''] = one.split(':');
          return {
            Type: 'bind',
            Source,
            Destination,
            Mode: mode,
            RW: mode !== 'ro',
            Propagation: 'rprivate',
          };
        }),
        ...(made.volumes ?? []).map((Name) => ({
          Type: 'volume',
          Name,
          Source: `/var/lib/docker/volumes/${Name}/_data`,
          Destination: '/data',
          Driver: 'local',
          RW: true,
        })),
      ],
      Config: {
        Image: 'alpine:3.19',
        Env: made.env ?? ['PATH=/usr/bin:/bin'],
        Cmd: made.command,
        Labels: made.labels ?? {},
      },
      NetworkSettings: { Ports: made.ports ?? {} },
    };
  }

  async #answer(request: Request, path: string, query: URLSearchParams): Promise<Response> {
    if (path === '/_ping') {
      return new Response('OK', { headers: { 'Api-Version': '1.41', Ostype: 'linux' } });
    }
    if (path === '/containers/json') {
      return Response.json(
        [...this.#held.values()].map(({ made, status }) => ({
          Id: made.id,
          Names: [`/${made.name}`],
          Image: 'alpine:3.19',
          State: status,
          Labels: made.labels ?? {},
          HostConfig: { NetworkMode: made.networkMode ?? 'default' },
        })),
      );
    }
    const [, id = '', verb = ''] = /^\/containers\/([0-9a-f]{64})\/(\w+)$/.exec(path) ?? [];
    const held = this.#held.get(id);
    if (held === undefined) return refusal(404, `No such container: ${id}`);
    switch (`${request.method} ${verb}`) {
      case 'GET json': {
        const sizes = { SizeRw: 1, SizeRootFs: exportedOf(held.made).length };
        return Response.json({ ...this.#inspect(held), ...(query.has('size') ? sizes : {}) });
      }
      case 'GET export':
        // Docker sends it in chunks, so that its length is not known before.
        return new Response(new Blob([exportedOf(held.made)]).stream(), {
          headers: { 'Content-Type': 'application/octet-stream' },
        });
      case 'GET changes':
        return Response.json([
          { Path: '/tmp', Kind: 0 },
          { Path: '/tmp/.x', Kind: 1 },
          { Path: '/etc/motd', Kind: 2 },
        ]);
      case 'GET archive': {
        const content = held.made.files?.[query.get('path') ?? ''];
        return content === undefined
          ? refusal(404, `Could not find the file ${query.get('path')} in container ${id}`)
          : new Response(content, { headers: { 'Content-Type': 'application/x-tar' } });
      }
      case 'POST update':
        return this.#update(held, await request.json());
      default:
        return request.method === 'POST' ? this.#order(held, verb) : refusal(404, 'page not found');
    }
  }

  #update(held: Held, body: unknown): Response {
    const policy =
      typeof body === 'object' && body !== null && 'RestartPolicy' in body ? body.RestartPolicy : undefined;
    const named = typeof policy === 'object' && policy !== null && 'Name' in policy ? policy.Name : undefined;
    if (typeof named !== 'string') return refusal(400, 'no policy');
    if (held.made.autoRemove === true) {
      return refusal(400, 'Restart policy cannot be updated because AutoRemove is enabled for the container');
    }
    held.policy = { Name: named, MaximumRetryCount: 0 };
    return Response.json({ Warnings: null });
  }

  #order(held: Held, verb: string): Response {
    const { id } = held.made;
    const done = new Response(null, { status: 204 });
    switch (verb) {
      case 'pause':
        if (held.status !== 'running') return refusal(409, `Container ${id} is not running`);
        held.process?.kill('SIGSTOP');
        held.status = 'paused';
        return done;
      case 'unpause':
        if (held.status !== 'paused') return refusal(409, `Container ${id} is not paused`);
        held.process?.kill('SIGCONT');
        held.status = 'running';
        return done;
      case 'kill':
        if (held.status === 'paused' && this.habits.killsPaused === 'refuses') {
          return refusal(500, `Container ${id} is paused. Unpause the container before stopping or killing`);
        }
        if (held.status !== 'running' && held.status !== 'paused') {
          return refusal(409, `Cannot kill container: ${id}: Container ${id} is not running`);
        }
        held.manuallyStopped = true;
        held.process?.kill('SIGKILL');
        return done;
      case 'start':
        if (held.status === 'running' || held.status === 'paused') return new Response(null, { status: 304 });
        this.#start(held);
        return done;
      default:
        return refusal(404, 'page not found');
    }
  }
}

/** A tar(5) without a file in it, where nothing is said: two blocks of zeros. */
const exportedOf = ({ exported = new Uint8Array(1024) }: MadeContainer): Uint8Array<ArrayBuffer> => exported;

const refusal = (status: number, message: string): Response => Response.json({ message }, { status });

/**
 * Web applications that were broken into by a request whose shape is known.
 *
 * Every host on the internet is asked for these all day, so a request alone is nothing. The status decides first: 404,
 * 403, 301 are scans, counted and no more. Then what came after: the attacker's first file, entry or miner within
 * minutes, and whether it belongs to the service. A site that answers everything alike (three shapes or paths with one
 * status and size, or those of its front page) has not let anybody in by it, and a blind shape proves nothing by its status: neither counts as a logged
 * success, and both need the service's own file beside them.
 * What it is NOT: a list of attacks; a site that is scanned and answers has no way in without a trace.
 * Bounds: for each shape 256 stretches of time (see `moments.ts`), 4,096 answers, 512 characters of a line.
 * Source: knowledge on entry §5.3, §5.4.
 */
import type { LogEvent, RequestEvent, ServiceEvent } from '../../model/facts/event.ts';
import { beginningOf, type Printable } from '../../model/text.ts';
import type { FirstTrace, Scene } from '../scene.ts';
import { type ChainStep, earlierUs, follows, gradeOf, minutesUs, type WayIn } from '../way-in.ts';
import { Aftermath } from './aftermath.ts';
import { Bounded } from './bounded.ts';
import { type Child, ChildProcesses } from './child-processes.ts';
import { stepOf } from './kept.ts';
import { LookedAt } from './looked-at.ts';
import { Moments } from './moments.ts';
import { Needles } from './needles.ts';
import type { EntryWatcher, Excluded } from './watcher.ts';
import { isWorkOf, startedBy } from './web-accounts.ts';
import { type KeptRequest, keep } from './web-request.ts';
import type { WebShape } from './web-shape.ts';
import { webShapes } from './web-shapes.ts';
import { WebText } from './web-text.ts';

const mostStretches = 256;
const mostAnswers = 4096;
/** Shapes, or paths, that get the same answer on a site which answers everything. */
const alike = 3;
/** The page that shows whatever is asked for in its query. */
const frontPage = /^\/(?:index\.(?:php|html?|jsp|do|action))?(?:\?|$)/i;
/** Without a file at once, one of the service's own within this is its work still. */
const dayUs = 86_400e6;
/** What a program writes into the error log comes this soon after. */
const outputUs = 120e6;
const mostClaims = 5;
const mostStarted = 5;
const mostAttackers = 100;

/** Shapes of a post to any page, by number. */
const ofPages = webShapes.flatMap((shape, number) => (shape.site === undefined ? [] : [{ shape, number }]));

const needlesOf = (within: (shape: WebShape) => boolean): Needles =>
  new Needles(
    webShapes.flatMap((shape, number) =>
      within(shape) ? shape.needles.map((word) => [word, number] as const) : [],
    ),
  );

/** What a program said into a server's error log. */
type Output = Omit<ChainStep, 'step'>;

/** Who got an answer of one status and size. */
interface Answer {
  readonly shapes: Set<number>;
  readonly paths: Set<string>;
  /** The front page has it when nothing is wrong with the request. */
  ordinary: boolean;
}

const answerKey = ({ status, size }: Pick<RequestEvent, 'status' | 'size'>): number => size * 1000 + status;

interface Claim {
  readonly way: WayIn;
  readonly trace: FirstTrace;
  readonly blind: boolean;
  readonly gapUs: number;
}

const isFrontPage = ({ status, size, target }: RequestEvent): boolean =>
  status === 200 && size > 0 && frontPage.test(target);

const isOfSite = ({ site = '' }: WebShape, { target }: RequestEvent): boolean => target.startsWith(site);

const isPost = ({ methods, answers, form }: WebShape, event: RequestEvent): boolean =>
  methods?.includes(event.method) === true &&
  answers.includes(event.status) &&
  (event.referrer === '' || event.referrer === '-') &&
  form.test(event.target);

export class WebExploitWatcher implements EntryWatcher {
  readonly #children: ChildProcesses;
  readonly #inTarget = needlesOf(() => true);
  readonly #inHeaders = needlesOf(({ within }) => within === 'any');
  readonly #quietTargets = new LookedAt(4096);
  readonly #quietHeaders = new LookedAt(4096);
  readonly #text = new WebText();
  readonly #hits = webShapes.map(() => new Moments<KeptRequest>(mostStretches));
  /** Refused requests of each shape, by status. */
  readonly #refused = webShapes.map(() => new Uint32Array(1000));
  readonly #answers = new Bounded<number, Answer>(mostAnswers);
  /** Shapes of pages whose product is served here. */
  readonly #sites = new Set<WebShape>();
  readonly #output = new Moments<Output>(mostStretches);

  /** @param children what services started, seen by whoever has them */
  constructor(children = new ChildProcesses()) {
    this.#children = children;
  }

  see(event: LogEvent): void {
    if (event.what === 'request') this.#request(event);
    else if (event.what === 'service' && event.action === 'output') this.#said(event);
  }

  #request(event: RequestEvent): void {
    const shaped = this.#look(event, event.target, this.#inTarget, this.#quietTargets);
    if (!shaped && isFrontPage(event)) this.#answered(event).ordinary = true;
    const { agent, referrer, account } = event;
    this.#page(event);
    if (agent !== '') this.#look(event, agent, this.#inHeaders, this.#quietHeaders);
    if (referrer !== '') this.#look(event, referrer, this.#inHeaders, this.#quietHeaders);
    if (account !== '') this.#look(event, account, this.#inHeaders, this.#quietHeaders);
  }

  #page(event: RequestEvent): void {
    for (const { shape, number } of ofPages) {
      if (event.method === 'GET') {
        if (!this.#sites.has(shape) && isOfSite(shape, event)) this.#sites.add(shape);
      } else if (isPost(shape, event)) this.#hits[number]?.note(event.us, () => keep(event));
    }
  }

  heeds(event: RequestEvent): boolean {
    const { target, agent, referrer, account } = event;
    return (
      isFrontPage(event) ||
      ofPages.some(({ shape }) => (event.method === 'GET' ? isOfSite(shape, event) : isPost(shape, event))) ||
      this.#mayShape(target, this.#inTarget, this.#quietTargets) ||
      this.#mayShape(agent, this.#inHeaders, this.#quietHeaders) ||
      this.#mayShape(referrer, this.#inHeaders, this.#quietHeaders) ||
      this.#mayShape(account, this.#inHeaders, this.#quietHeaders)
    );
  }

  /** Whether a word of a shape stands there. */
  #mayShape(where: Printable, needles: Needles, quiet: LookedAt): boolean {
    if (where === '' || quiet.has(where)) return false;
    this.#text.load(where);
    if (needles.find(this.#text.bytes, this.#text.length).length > 0) return true;
    quiet.add(where);
    return false;
  }

  #look(event: RequestEvent, where: RequestEvent['target'], needles: Needles, quiet: LookedAt): boolean {
    if (quiet.has(where)) return false;
    const text = this.#text;
    text.load(where);
    const found = needles.find(text.bytes, text.length);
    if (found.length === 0) {
      quiet.add(where);
      return false;
    }
    let shaped = false;
    let decoded: string | undefined;
    for (const number of found) {
      const shape = webShapes[number];
      if (shape === undefined || shape.methods?.includes(event.method) === false) continue;
      decoded ??= text.text();
      if (!shape.form.test(decoded) || shape.also?.test(decoded) === false) continue;
      shaped = true;
      this.#hit(number, shape, event);
    }
    return shaped;
  }

  #hit(number: number, shape: WebShape, event: RequestEvent): void {
    const { status, size, us } = event;
    if (!shape.answers.includes(status)) {
      const refused = this.#refused[number];
      if (refused !== undefined) refused[status] = (refused[status] ?? 0) + 1;
      return;
    }
    // An empty answer is what many a success gives, and -1 says that the log does not tell.
    if (!shape.blind && size > 0) {
      const { shapes, paths } = this.#answered(event);
      shapes.add(number);
      if (paths.size < alike) paths.add(beginningOf(pathOf(event.target), 256));
    }
    this.#hits[number]?.note(us, () => keep(event));
  }

  #answered(event: RequestEvent): Answer {
    const fresh: Answer = { shapes: new Set(), paths: new Set(), ordinary: false };
    let answer = fresh;
    this.#answers.update(answerKey(event), (known = fresh) => {
      answer = known;
      return known;
    });
    return answer;
  }

  #said({ us, certain, source, text }: ServiceEvent): void {
    this.#output.note(us, () => ({ us, certain, source, text: beginningOf(text, 512) }));
  }

  excluded(): readonly Excluded[] {
    return webShapes.flatMap(({ id, service }, number) => {
      const refused = this.#refused[number] ?? new Uint32Array(0);
      return [...refused].flatMap((count, status): readonly Excluded[] =>
        count === 0 ? [] : [{ vector: 'web-exploit', service, what: id, status, count }],
      );
    });
  }

  conclude(scene: Scene): readonly WayIn[] {
    const after = new Aftermath(scene);
    const output = this.#output.kept();
    const claims = webShapes.flatMap((shape, number) => {
      if (shape.site !== undefined && !this.#sites.has(shape)) return [];
      const hits = this.#hits[number]?.kept() ?? [];
      const claim = this.#claim(shape, hits, after, scene, output);
      return claim === undefined ? [] : [claim];
    });
    return settled(claims)
      .slice(0, mostClaims)
      .map(({ way }) => way);
  }

  #isAlike(hit: KeptRequest): boolean {
    const answer = hit.size > 0 ? this.#answers.get(answerKey(hit)) : undefined;
    return (
      answer !== undefined && (answer.ordinary || answer.shapes.size >= alike || answer.paths.size >= alike)
    );
  }

  #claim(
    shape: WebShape,
    hits: readonly KeptRequest[],
    after: Aftermath,
    scene: Scene,
    output: readonly Output[],
  ): Claim | undefined {
    let best:
      | {
          hit: KeptRequest;
          trace: FirstTrace;
          near: boolean;
          owner: boolean;
          said: boolean;
          started: readonly Child[];
          rank: number;
        }
      | undefined;
    for (const hit of hits) {
      const trace = after.firstAfter(hit.us);
      if (trace === undefined || trace.us > hit.us + dayUs) continue;
      const near = follows(hit.us, trace.us);
      const started = startedBy(shape.runtime, hit.us, this.#children);
      const owner =
        started.length > 0 ||
        isWorkOf(shape.runtime, trace, scene) ||
        scene.logWriters?.get(hit.source.source) === trace.owner;
      // A process that the service started is a success, whatever the page answered.
      const said = started.length > 0 || (!shape.blind && !this.#isAlike(hit));
      // By the ladder two of the three must hold, and a coincidence in time is none of them without the service.
      const rank = near && owner ? (said ? 4 : 3) : near && said ? 2 : owner && said ? 1 : 0;
      if (rank === 0 || (best !== undefined && rank < best.rank)) continue;
      const nearer =
        best === undefined || rank > best.rank || trace.us - hit.us < best.trace.us - best.hit.us;
      if (nearer) best = { hit, trace, near, owner, said, started, rank };
    }
    if (best === undefined) return undefined;
    const { hit, trace, near, owner, started } = best;
    const within = (us: number): boolean => us >= trace.us - minutesUs && us <= trace.us + earlierUs;
    const told = output.find(({ us }) => us >= hit.us - earlierUs && us <= hit.us + outputUs);
    const ofThem = hits.filter(({ us, address }) => within(us) && (!shape.blind || address === hit.address));
    const rivals =
      shape.site !== undefined && hits.some((one) => within(one.us) && one.address !== hit.address);
    const first = ofThem.find(({ address }) => address === hit.address) ?? hit;
    const graded = gradeOf({
      success: best.said || told !== undefined,
      nearFile: near,
      owner,
      grounded: trace.grounded,
      certain: hit.certain,
      verified: shape.verified,
      limits: rivals ? ['several-candidates'] : [],
    });
    if (graded === undefined) return undefined;
    const chain = [
      stepOf('success', first),
      ...(told === undefined ? [] : [stepOf('command', told)]),
      ...started.slice(0, mostStarted).map(({ at }) => stepOf('command', at)),
      ...after.steps(hit.us),
    ];
    const way: WayIn = {
      vector: 'web-exploit',
      grade: graded.grade,
      attackers: [...new Set([hit, ...ofThem].map(({ address }) => address))].slice(0, mostAttackers),
      account: started[0]?.account ?? trace.owner,
      firstSuccessUs: first.us,
      service: shape.service,
      chain,
      missing: graded.missing,
    };
    return { way, trace, blind: shape.blind, gapUs: trace.us - hit.us };
  }
}

function pathOf(target: Printable): Printable {
  const query = target.indexOf('?');
  return beginningOf(target, query < 0 ? target.length : query);
}

/** Where one trace has several claims, the weak ones are a scanner's that came by; the closest of the best comes first. */
function settled(claims: readonly Claim[]): readonly Claim[] {
  const strength = ({ way, blind }: Claim): number => (way.grade === 'confirmed' ? 2 : blind ? 0 : 1);
  const best = new Map<FirstTrace, number>();
  for (const claim of claims) best.set(claim.trace, Math.max(best.get(claim.trace) ?? 0, strength(claim)));
  return claims
    .filter((claim) => strength(claim) === best.get(claim.trace))
    .toSorted((a, b) => strength(b) - strength(a) || Math.abs(a.gapUs) - Math.abs(b.gapUs));
}

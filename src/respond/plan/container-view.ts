/** Containers as their engines say them when a plan is made. */
import type { EngineContainer } from '../../formats/engine-container.ts';
import type { Engine } from '../../model/plan.ts';
import type { PathText, Printable } from '../../model/text.ts';

/** Why a socket is not spoken to. */
export type Distrust =
  | 'missing'
  | 'no-socket'
  | 'open-to-others'
  | 'nobody-listens'
  | 'other-program'
  | 'asleep'
  | 'no-answer';

export interface SurveyedContainer extends EngineContainer {
  readonly engine: Engine;
  /** Whether the engine gives it another restart policy. */
  readonly changesPolicy: boolean;
  /** Bytes of its whole file system; undefined where the engine did not say. */
  readonly size?: number | undefined;
  /** Containers that run and live in its network. */
  readonly inItsNetwork: readonly Printable[];
  /** Other containers of its Compose project that run. */
  readonly ofItsProject: readonly Printable[];
}

export interface ContainerSurvey {
  readonly containers: ReadonlyMap<string, SurveyedContainer>;
  /** Sockets that were not spoken to, with why. */
  readonly distrusted: readonly { readonly socket: PathText; readonly why: Distrust }[];
}

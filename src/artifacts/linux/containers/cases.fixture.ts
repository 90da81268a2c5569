/** Cases of containers and what starts them again. */
import type { MechanismCase } from '../../../../test/persistence/case.ts';
import { cases as docker } from './docker.fixture.ts';
import { cases as kubernetes } from './kubernetes.fixture.ts';
import { cases as overlays } from './overlay.fixture.ts';
import { cases as stacks } from './stacks.fixture.ts';

export const containersCases: readonly MechanismCase[] = [...docker, ...overlays, ...stacks, ...kubernetes];

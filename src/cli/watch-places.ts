/** The places that the artifacts of persistence declare, told to a watch by a child: the watch itself stays small. */
import { persistenceArtifacts } from '../artifacts/linux/persistence.ts';
import { placePatterns } from '../respond/watch/place-tree.ts';

/** Task of a child process. */
export async function runPlaces(): Promise<number> {
  const patterns = placePatterns(persistenceArtifacts.flatMap(({ sources }) => sources));
  await Bun.write(Bun.stdout, JSON.stringify(patterns));
  return 0;
}

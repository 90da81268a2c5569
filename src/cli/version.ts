/** The version, from the one place that states it. Imported alone, so that `--version` loads nothing else. */
import manifest from '../../package.json' with { type: 'json' };

export const version: string = manifest.version;

import path from 'node:path';

/** Folder of the recorded traces, from TRACES_DIR; beside the repository if unset: they are too large, and not ours, to be in it. */
export const TRACES = process.env['TRACES_DIR'] ?? path.resolve(import.meta.dirname, '../../../shared/traces');

import { LOGS } from './position-log.ts';

/** Tables whose rows stay as they were written: the application may add rows and read them, nothing else. */
export const APPEND_ONLY = [
  'audit',
  'audit_root',
  ...LOGS,
  'site_config',
  'reading',
  'reading_conflict',
  'duty_roster',
  'evacuation_group',
  'broadcast_event',
  'callout_file',
  'line_change',
] as const;

/** Words of rehearsals, in English. */
export const enRehearsal = {
  'view.rehearsal': 'Rehearsal',
  'rehearsal.title': 'Rehearsal: whom would we call?',
  'rehearsal.explain':
    'Worked out from the configuration and roster in force, by the very program that calls. Nobody is called. The time a carrier takes to put a call through is not counted.',
  'rehearsal.rule': 'What reaches a level',
  'rehearsal.level': 'Level',
  'rehearsal.when': 'When',
  'rehearsal.whenHint': "The site's own time ({zone}); now if left empty",
  'rehearsal.answers': "Who answers (everybody else's phone rings in vain)",
  'rehearsal.show': 'Work it out',
  'rehearsal.at': 'From {date} {time}, configuration version {version}',
  'rehearsal.after': '+{seconds} s',
  'rehearsal.stillOpen': 'still open',
  'rehearsal.gap': 'Nobody is on this rung: it is skipped at once',
  'rehearsal.failed': 'The callout fails: nobody answers, somebody must go to their doors',
  'rehearsal.cut': 'More calls than are listed.',
  'rehearsal.end': 'Where the rehearsal ends: {phase}',
  'rehearsal.refusal.unguarded': 'Nobody is called: its limits are not approved, or its point is not in service.',
  'rehearsal.refusal.level-not-called': 'No ladder is configured for this level: nobody is called.',
} as const;

import errors from '#core/base/l10n/errors.en.json' with { type: 'json' };
import core from '#core/workbench/l10n/en.json' with { type: 'json' };
import workbench from './en.json' with { type: 'json' };
import dashboard from './dashboard.en.json' with { type: 'json' };
import deviceTable from './device-table.en.json' with { type: 'json' };
import identity from './identity.en.json' with { type: 'json' };
import pages from './pages.en.json' with { type: 'json' };
import sessions from './sessions.en.json' with { type: 'json' };

/** All that the page says in this language. */
export default { ...errors, ...core, ...workbench, ...dashboard, ...deviceTable, ...identity, ...pages, ...sessions };

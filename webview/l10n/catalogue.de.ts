import errors from '#core/base/l10n/errors.de.json' with { type: 'json' };
import core from '#core/workbench/l10n/de.json' with { type: 'json' };
import workbench from './de.json' with { type: 'json' };
import dashboard from './dashboard.de.json' with { type: 'json' };
import deviceTable from './device-table.de.json' with { type: 'json' };
import identity from './identity.de.json' with { type: 'json' };
import pages from './pages.de.json' with { type: 'json' };
import sessions from './sessions.de.json' with { type: 'json' };

/** All that the page says in this language. */
export default { ...errors, ...core, ...workbench, ...dashboard, ...deviceTable, ...identity, ...pages, ...sessions };

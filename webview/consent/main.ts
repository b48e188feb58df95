import '../customer/customer.css';
import { startTexts } from '../customer/texts.ts';
import { AppConnection } from './app-connection.ts';
import { loadTexts } from './load-texts.ts';
import { CustomerPage } from './customer-page.ts';

// The secret serves once, and nobody is to find it in the address or in the history.
const secret = location.hash.slice(1) || undefined;
if (secret !== undefined) history.replaceState(null, '', location.pathname);

await startTexts(loadTexts);
const app = new AppConnection(location.origin, secret);
const page = new CustomerPage();
page.app = app;
document.body.append(page);
app.start();

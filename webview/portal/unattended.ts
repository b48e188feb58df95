import '../customer/customer.css';
import './public-pages.css';
import { startTexts } from '../customer/texts.ts';
import { loadTexts } from './load-texts.ts';
import { UnattendedPage } from './unattended-page.ts';

await startTexts(loadTexts);
document.body.append(new UnattendedPage());

import { css } from 'lit';

export const deviceTablePageStyles = css`
  .page.full {
    max-width: none;
    padding: 14px 0 0;
  }
  .head,
  lk-query-input {
    margin-inline: 16px;
  }
  .head {
    margin-bottom: 8px;
  }
  .count {
    white-space: nowrap;
  }
  lk-device-grid {
    flex: 1;
    margin-top: 8px;
  }
`;

// The largest type at which nothing flows into a third column, found by halving; then formulas that are wider than the
// column are made smaller until they are not.
const columns = document.querySelector(".columns");
const fits = (points) => {
  document.documentElement.style.setProperty("--type", `${points}pt`);
  return columns.scrollWidth <= columns.clientWidth + 1 && columns.scrollHeight <= columns.clientHeight + 1;
};
const narrow = (formula) => {
  const share = formula.clientWidth / formula.scrollWidth;
  if (share < 1) formula.style.fontSize = `${0.98 * share}em`;
};
const fit = () => {
  let [small, large] = [5, 10.5];
  for (let step = 0; step < 9; step += 1) {
    const middle = (small + large) / 2;
    if (fits(middle)) small = middle; else large = middle;
  }
  fits(small);
  document.querySelectorAll("dd").forEach(narrow);
};
window.addEventListener("load", fit);

namespace DistTrain.Node.Comparing;

/// <summary>A study with what was found: the same results give the same comparison, in whatever order they came.</summary>
internal sealed class Comparison
{
    private readonly Dictionary<int, int> ranks;

    /// <param name="results">Of any of the study's trials.</param>
    /// <param name="refusals">By number of the cell: why its job was refused when it was submitted.</param>
    public Comparison(Study study, IReadOnlyList<TrialResult> results, IReadOnlyDictionary<int, string> refusals)
    {
        Study = study;
        ILookup<int, TrialResult> byCell = results.ToLookup(result => result.Cell);
        IEnumerable<CellResult> cells = study.Cells.Select(cell => new CellResult(
            cell,
            [.. study.Seeds.SelectMany(seed => byCell[cell.Number].Where(trial => trial.Seed == seed))],
            cell.Refusal ?? refusals.GetValueOrDefault(cell.Number),
            study.Seeds.Count));
        Ranking =
        [
            .. cells.OrderBy(cell => !cell.HasResult ? 2 : cell.Completed.Count < cell.Trials.Count ? 1 : 0)
                .ThenByDescending(cell => cell.Accuracy?.Mean)
                .ThenBy(cell => cell.Loss?.Mean)
                .ThenBy(cell => cell.Cell.Number),
        ];
        ranks = Ranking.Select((cell, i) => (cell.Cell.Number, Rank: i + 1)).ToDictionary(pair => pair.Number, pair => pair.Rank);
    }

    public Study Study { get; }

    /// <summary>
    /// The best first, by mean test accuracy, then by loss; networks that do not classify by loss alone, behind those that do. A cell of which a seed failed comes behind all that had none, since a recipe that works now
    /// and then is no recipe; cells without a result come last.
    /// </summary>
    public IReadOnlyList<CellResult> Ranking { get; }

    /// <summary>From 1 on; null of a cell without a result.</summary>
    public int? RankOf(CellResult cell) => !cell.HasResult ? null : ranks[cell.Cell.Number];

    public bool AnySucceeded => Ranking.Any(cell => cell.HasResult);

    public int TrialsDone => Ranking.Sum(cell => cell.Trials.Count);
}

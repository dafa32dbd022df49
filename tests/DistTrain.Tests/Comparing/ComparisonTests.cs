using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using DistTrain.Node.Comparing;
using DistTrain.Tests.Runs;

namespace DistTrain.Tests.Comparing;

public sealed partial class ComparisonTests
{
    private static readonly Study Two = SampleStudy.Of(2, "lr=0.1,0.01,0.001", "variant=modern,classic");

    private static readonly TrialResult[] Results =
    [
        .. from cell in Enumerable.Range(1, 6) from seed in new ulong[] { 1, 2 } select SampleStudy.Result(cell, seed, 0.5 + (0.07 * ((cell * 5) % 6)) + (0.01 * seed)),
    ];

    [Fact]
    public void Ranking_goes_down_in_mean_accuracy()
    {
        Comparison comparison = SampleStudy.Compare(Two, Results);

        Assert.Equal(comparison.Ranking.Select(cell => cell.Accuracy!.Mean).OrderDescending(), comparison.Ranking.Select(cell => cell.Accuracy!.Mean));
        Assert.Equal(Enumerable.Range(1, 6), comparison.Ranking.Select(cell => comparison.RankOf(cell)!.Value));
        Assert.All(comparison.Ranking, cell => Assert.Null(cell.Problem));
    }

    [Fact]
    public void Cell_of_which_a_seed_failed_comes_behind_and_says_why_and_one_without_a_result_has_no_rank()
    {
        Study study = SampleStudy.Of(2, "lr=0.1,0.01,0.001,0.0001");
        Comparison comparison = SampleStudy.Compare(
            study, SampleStudy.Result(1, 1, 0.99), SampleStudy.Failure(1, 2), SampleStudy.Result(2, 1, 0.1), SampleStudy.Result(2, 2, 0.1), SampleStudy.Failure(3, 1), SampleStudy.Failure(3, 2));

        Assert.Equal([2, 1, 3, 4], comparison.Ranking.Select(cell => cell.Cell.Number));
        Assert.Equal([1, 2, null, null], comparison.Ranking.Select(comparison.RankOf));
        Assert.Equal([null, "1 of 2 failed, seed 2: the loss is NaN", "2 of 2 failed, seed 1: the loss is NaN", "2 of 2 not done yet"], comparison.Ranking.Select(cell => cell.Problem));
        Assert.True(comparison.AnySucceeded);
    }

    [Fact]
    public void Equal_accuracies_are_ranked_by_loss() => Assert.Equal(
        [2, 1],
        SampleStudy.Compare(SampleStudy.Of(1, "lr=0.1,0.01"), SampleStudy.Result(1, 1, 0.9), SampleStudy.Result(2, 1, 0.9) with { TestLoss = 0.05 }).Ranking.Select(cell => cell.Cell.Number));

    [Fact]
    public void Networks_without_an_accuracy_are_ranked_by_loss_and_drawn_without_a_heat_map()
    {
        Study study = SampleStudy.Of(1, "lr=0.1,0.01", "variant=modern,classic");
        TrialResult Blind(int cell, double loss) =>
            SampleStudy.Result(cell, 1, 0.5) with { TestAccuracy = null, TestLoss = loss, Epochs = [new TrialEpoch(1, loss, loss, null)] };

        Comparison comparison = SampleStudy.Compare(study, Blind(1, 0.4), Blind(2, 0.2), Blind(3, 0.3), SampleStudy.Failure(4, 1));

        Assert.Equal([2, 3, 1, 4], comparison.Ranking.Select(cell => cell.Cell.Number));
        Assert.Equal([1, 2, 3, null], comparison.Ranking.Select(comparison.RankOf));
        Assert.True(comparison.AnySucceeded);
        Assert.Null(HeatMapGrid.Of(comparison));
        Assert.Contains("0.2000", ComparisonHtml.Compose(comparison, "t"), StringComparison.Ordinal);
    }

    [Fact]
    public void Trial_that_ended_early_by_its_own_rule_has_a_result()
    {
        Comparison comparison = SampleStudy.Compare(SampleStudy.Of(1, "patience=1,2"), SampleStudy.Result(1, 1, 0.9) with { Status = "completed-early" }, SampleStudy.Result(2, 1, 0.8));

        Assert.Equal([1, 2], comparison.Ranking.Select(comparison.RankOf));
        Assert.All(comparison.Ranking, cell => Assert.Null(cell.Problem));
    }

    [Fact]
    public void Spread_is_that_of_the_sample()
    {
        Spread spread = Spread.Of([2, 4, 4, 4, 5, 5, 7, 9])!;
        Assert.Equal(5, spread.Mean);
        Assert.Equal(Math.Sqrt(32.0 / 7), spread.StandardDeviation!.Value, 1e-12);
        Assert.Equal((2, 9), (spread.Least, spread.Most));
        Assert.Null(Spread.Of([3])!.StandardDeviation);
        Assert.Null(Spread.Of([]));
    }

    [Fact]
    public void Reports_are_the_same_bytes_in_whatever_order_the_results_came() => Gen.Shuffle(Results).Sample(
        shuffled =>
        {
            Comparison one = SampleStudy.Compare(Two, Results);
            Comparison other = SampleStudy.Compare(Two, shuffled);
            Assert.Equal(ComparisonJson.Document(one), ComparisonJson.Document(other));
            Assert.Equal(ComparisonCsv.Compose(one), ComparisonCsv.Compose(other));
            Assert.Equal(ComparisonHtml.Compose(one, "t"), ComparisonHtml.Compose(other, "t"));
        },
        iter: 30);

    [Fact]
    public void Pictures_are_the_same_bytes_in_whatever_order_the_results_came()
    {
        using var folder = new TemporaryFolder();
        ComparisonFolder.Write(folder.Path, SampleStudy.Compare(Two, Results), "t");
        Dictionary<string, byte[]> first = Directory.EnumerateFiles(folder.Path).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        ComparisonFolder.Write(folder.Path, SampleStudy.Compare(Two, [.. Results.Reverse()]), "t");

        Assert.Equal(["comparison.csv", "comparison.html", "comparison.json", "curves.png", "heat-map.png"], first.Keys.Order());
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(folder.In(file.Key))));
        Assert.All(first.Where(file => file.Key.EndsWith("png", StringComparison.Ordinal)), file => Assert.True(file.Value.Length > 5000));
    }

    [Fact]
    public void Page_needs_nothing_from_elsewhere_and_has_both_charts_the_map_and_every_cell()
    {
        string page = ComparisonHtml.Compose(SampleStudy.Compare(Two, Results), "Comparison");

        Assert.DoesNotMatch(Elsewhere(), page);
        Assert.Equal(3, Regex.Count(page, "<svg "));
        Assert.Equal(12, Regex.Count(page, "<polyline "));
        Assert.Equal(6, Regex.Count(page, "<rect "));
        Assert.Equal(7, Regex.Count(page, "<tr>"));
    }

    [Fact]
    public void Map_is_drawn_for_exactly_two_factors()
    {
        Assert.Null(HeatMapGrid.Of(SampleStudy.Compare(SampleStudy.Of(1, "lr=0.1,0.01"), SampleStudy.Result(1, 1, 0.9))));
        Assert.Null(HeatMapGrid.Of(SampleStudy.Compare(Two)));
        HeatMapGrid map = HeatMapGrid.Of(SampleStudy.Compare(Two, SampleStudy.Result(1, 1, 0.9), SampleStudy.Result(4, 1, 0.99), SampleStudy.Result(6, 1, 1), SampleStudy.Failure(2, 1)))!;

        Assert.Equal(("90.00", 0.0), (map[0, 0].Text, map[0, 0].Strength));
        Assert.Equal(("failed", null), (map[0, 1].Text, map[0, 1].Strength));
        Assert.Equal(0.25, map[1, 1].Strength!.Value, 1e-9);
        Assert.Equal(("100.00", 1.0), (map[2, 1].Text, map[2, 1].Strength));
        Assert.Equal("", map[1, 0].Text);
    }

    [Fact]
    public void Text_from_elsewhere_stays_text()
    {
        Study study = SampleStudy.Of(1, "dataset=synthetic:400,idx:<b>&\"x");
        Comparison comparison = SampleStudy.Compare(study, SampleStudy.Result(1, 1, 0.9), SampleStudy.Failure(2, 1) with { Message = "<script>, \"said\"" });

        Assert.DoesNotContain("<script>", ComparisonHtml.Compose(comparison, "<i>"), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", ComparisonHtml.Compose(comparison, "<i>"), StringComparison.Ordinal);
        Assert.Equal(
            ",2,\"idx:<b>&\"\"x\",0,,,,,,,,\"1 of 1 failed, seed 1: <script>, \"\"said\"\"\"", ComparisonCsv.Compose(comparison).Split('\n')[2]);
    }

    [Fact]
    public void Json_has_every_cell_and_every_trial()
    {
        JsonElement json = JsonElement.Parse(ComparisonJson.Document(SampleStudy.Compare(Two, Results)));

        Assert.Equal((12, 12), (json.GetProperty("trials").GetInt32(), json.GetProperty("trialsDone").GetInt32()));
        Assert.Equal(12, json.GetProperty("cells").EnumerateArray().Sum(cell => cell.GetProperty("trials").GetArrayLength()));
        JsonElement best = json.GetProperty("cells")[0];
        Assert.Equal(1, best.GetProperty("rank").GetInt32());
        Assert.Equal(["lr", "variant"], best.GetProperty("values").EnumerateObject().Select(value => value.Name));
        Assert.Equal(2, best.GetProperty("trials")[0].GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public void Comparison_of_nothing_can_be_written()
    {
        using var folder = new TemporaryFolder();
        ComparisonFolder.Write(folder.Path, SampleStudy.Compare(Two), "t");

        Assert.Equal(["comparison.csv", "comparison.html", "comparison.json"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(7, ComparisonText.Table(SampleStudy.Compare(Two)).Count());
    }

    [GeneratedRegex("https?:|//|src=|href=|url\\(|@import|<script|<link|<img|<iframe", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}

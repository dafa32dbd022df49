using System.Text;
using CsCheck;
using DistTrain.Node.Comparing;
using DistTrain.Tests.Runs;
using DistTrain.Training;

namespace DistTrain.Tests.Comparing;

public sealed class TrialJournalTests : IDisposable
{
    private const string Study = """{"kind":"study","n":1}""";

    private readonly TemporaryFolder folder = new();

    private string Path => folder.In("journal.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Journal_that_is_opened_again_has_what_was_appended()
    {
        TrialResult[] results = [SampleStudy.Result(1, 1, 0.9), SampleStudy.Failure(2, 1), SampleStudy.Result(1, 2, 0.95)];
        Write(results);

        using TrialJournal again = TrialJournal.Open(Path, Study);
        Assert.Equivalent(results, again.Results, strict: true);
    }

    [Fact]
    public void Last_line_that_was_cut_anywhere_is_done_again()
    {
        Write(SampleStudy.Result(1, 1, 0.9), SampleStudy.Result(2, 1, 0.8));
        byte[] whole = File.ReadAllBytes(Path);
        int last = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;

        Gen.Int[last, whole.Length - 1].Sample(
            length =>
            {
                File.WriteAllBytes(Path, whole[..length]);
                using (TrialJournal torn = TrialJournal.Open(Path, Study))
                {
                    Assert.Equal([1], torn.Results.Select(result => result.Cell));
                    torn.Append(SampleStudy.Result(2, 1, 0.8));
                }

                Assert.Equal(whole, File.ReadAllBytes(Path));
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public void First_line_that_was_cut_begins_anew()
    {
        File.WriteAllText(Path, Study[..5]);
        using (TrialJournal.Open(Path, Study))
        {
        }

        Assert.Equal(Study + "\n", File.ReadAllText(Path));
    }

    [Fact]
    public void Journal_of_another_study_is_refused_and_stays()
    {
        Write(SampleStudy.Result(1, 1, 0.9));
        byte[] before = File.ReadAllBytes(Path);

        var refused = Assert.Throws<UserErrorException>(() => TrialJournal.Open(Path, """{"kind":"study","n":2}"""));
        Assert.Contains("holds another study", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Damage_before_the_last_line_is_named()
    {
        Write(SampleStudy.Result(1, 1, 0.9), SampleStudy.Result(2, 1, 0.8));
        string[] lines = File.ReadAllLines(Path);
        lines[1] = lines[1][..10];
        File.WriteAllText(Path, string.Join('\n', lines) + "\n", new UTF8Encoding(false));

        Assert.Contains("is damaged at line 2", Assert.Throws<UserErrorException>(() => TrialJournal.Open(Path, Study)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Journal_in_use_is_refused()
    {
        using TrialJournal first = TrialJournal.Open(Path, Study);
        Assert.Contains("cannot open", Assert.Throws<UserErrorException>(() => TrialJournal.Open(Path, Study)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Result_that_is_made_again_takes_the_place_of_the_first()
    {
        Write(SampleStudy.Failure(1, 1));
        using (TrialJournal journal = TrialJournal.Open(Path, Study))
        {
            journal.Forget(result => !result.Completed);
            Assert.Empty(journal.Results);
            journal.Append(SampleStudy.Result(1, 1, 0.9));
        }

        using TrialJournal again = TrialJournal.Open(Path, Study);
        Assert.True(Assert.Single(again.Results).Completed);
    }

    private void Write(params TrialResult[] results)
    {
        using TrialJournal journal = TrialJournal.Open(Path, Study);
        foreach (TrialResult result in results)
        {
            journal.Append(result);
        }
    }
}

using DistTrain.Node.Runs;
using DistTrain.Protocol.Client;

namespace DistTrain.Tests.Runs;

public sealed class MetricsTests
{
    [Fact]
    public void What_was_written_is_read_in_order()
    {
        using var folder = new TemporaryFolder();
        string path = folder.In("metrics.jsonl");
        using (var writer = new MetricsWriter(path))
        {
            Array.ForEach([.. SampleRun.Whole()], writer.Write);
        }

        Assert.Equal(SampleRun.Whole(), MetricsReader.Read(path));
        Assert.Equal(SampleRun.Whole().Count(), File.ReadAllLines(path).Length);
    }

    [Fact]
    public void All_but_steps_can_be_read_while_the_run_goes_on()
    {
        using var folder = new TemporaryFolder();
        string path = folder.In("metrics.jsonl");
        using var writer = new MetricsWriter(path);

        writer.Write(SampleRun.Start());
        writer.Write(SampleRun.Step(1));
        writer.Write(SampleRun.Event("e"));

        Assert.Equal(3, MetricsReader.Read(path).Count);
    }

    [Fact]
    public void A_torn_last_line_is_skipped_wherever_it_was_torn()
    {
        using var folder = new TemporaryFolder();
        string path = folder.In("metrics.jsonl");
        string last = RunRecordJson.Write(SampleRun.Step(2));
        for (int length = 0; length < last.Length; length++)
        {
            File.WriteAllText(path, RunRecordJson.Write(SampleRun.Start()) + "\n" + last[..length]);

            Assert.Equal([SampleRun.Start()], MetricsReader.Read(path));
        }
    }

    [Fact]
    public void A_writer_after_a_torn_line_begins_a_new_one()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("metrics.jsonl", RunRecordJson.Write(SampleRun.Start()) + "\n{\"kind\":\"st");
        using (var writer = new MetricsWriter(path))
        {
            writer.Write(SampleRun.Event("back again"));
        }

        Assert.Equal([SampleRun.Start(), SampleRun.Event("back again")], MetricsReader.Read(path));
    }

    [Fact]
    public void Steps_that_a_resume_undid_do_not_count()
    {
        using var folder = new TemporaryFolder();
        string path = folder.In("metrics.jsonl");
        RunRecord lost = SampleRun.Event("the coordinator was lost");
        using (var writer = new MetricsWriter(path))
        {
            Array.ForEach<RunRecord>(
                [
                    SampleRun.Start(), SampleRun.Step(9), SampleRun.Step(10), SampleRun.Epoch(1), SampleRun.Step(11), lost, SampleRun.Summary("failed"),
                    SampleRun.Start(firstStep: 10), SampleRun.Step(11), SampleRun.Step(12),
                ],
                writer.Write);
        }

        Assert.Equal(
            [SampleRun.Start(), SampleRun.Step(9), SampleRun.Step(10), SampleRun.Epoch(1), lost, SampleRun.Start(firstStep: 10), SampleRun.Step(11), SampleRun.Step(12)],
            MetricsReader.Read(path));
    }

    [Fact]
    public void A_file_that_is_not_there_has_no_records() => Assert.Empty(MetricsReader.Read("no/such/metrics.jsonl"));
}

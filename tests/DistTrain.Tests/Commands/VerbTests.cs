using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Protocol.Client;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Commands;

public sealed class VerbTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("scale")]
    [InlineData("node")]
    [InlineData("status")]
    [InlineData("watch")]
    [InlineData("stop")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("export")]
    [InlineData("import")]
    [InlineData("audit")]
    [InlineData("health")]
    [InlineData("version")]
    public async Task Help_of_every_verb_ends_with_examples_of_it(string verb)
    {
        using var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync(verb, "--help"));

        string[] examples = run.Out[run.Out.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.StartsWith($"  disttrain {verb}", example, StringComparison.Ordinal));
        Assert.Equal("", run.Error);
    }

    [Theory]
    [InlineData("train", "--dataset --data-dir --model --variant --activation --leaky-slope --pooling --loss --workers --shards --partitions --batch-size --epochs --steps --lr --seed --threads --run-dir --resume --placement --cluster --json")]
    [InlineData("node", "--role --host --port --seeds --plane-port --client-port --workers-per-node")]
    [InlineData("scale", "--workers --repeat --out --shards --steps --engine --dataset --emulate-step --placement --cluster --json")]
    [InlineData("status", "--cluster")]
    [InlineData("watch", "--cluster")]
    [InlineData("stop", "--cluster")]
    public async Task Help_names_every_option_that_scripts_rely_on(string verb, string options)
    {
        using var run = new CommandRun();

        await run.RunAsync(verb, "--help");

        Assert.All(options.Split(' '), option => Assert.Contains($"  {option}", run.Out, StringComparison.Ordinal));
        Assert.DoesNotContain("--parent", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_train_says_what_each_model_is()
    {
        using var run = new CommandRun();

        await run.RunAsync("train", "--help");

        Assert.All(ModelCatalog.Families, family => Assert.Contains($"{family.Usage}: {family.Summary}\n", run.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_shows_the_run_its_workers_and_servers()
    {
        using var run = new CommandRun();
        run.Training.StatusToGive = Status();

        Assert.Equal(0, await run.RunAsync("status"));

        Assert.Equal(new Uri("http://127.0.0.1:4200"), run.Connected);
        Assert.Contains("training, epoch 2/10, step 300/2350, loss 0.1235, 24,000 samples/s", run.Out, StringComparison.Ordinal);
        Assert.Contains("waiting for 1 more worker", run.Out, StringComparison.Ordinal);
        Assert.Matches("w1 .*suspected .*0-2 5 ", run.Out);
        Assert.Contains("parameter server h:2, gradients at h:3, partitions 0", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_json_is_one_object()
    {
        using var run = new CommandRun();
        run.Training.StatusToGive = Status();

        Assert.Equal(0, await run.RunAsync("status", "--json"));

        using JsonDocument json = JsonDocument.Parse(run.Out);
        Assert.Equal("training", json.RootElement.GetProperty("state").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("workers")[0].GetProperty("shards").GetArrayLength());
    }

    [Fact]
    public async Task Stop_passes_the_reason_on()
    {
        using var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync("stop", "--reason", "need the machine"));

        Assert.Equal("need the machine", run.Training.StopReason);
        Assert.StartsWith("stopping", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_exits_0_when_well_and_1_when_not()
    {
        using var well = new CommandRun();
        using var ill = new CommandRun { Problem = "h:1 is not well" };

        Assert.Equal(0, await well.RunAsync("health", "--cluster", "h:1"));
        Assert.Equal(1, await ill.RunAsync("health", "--cluster", "h:1"));

        Assert.Equal("h:1 is well", well.Out.TrimEnd());
        Assert.Equal("h:1 is not well", Assert.Single(ill.ErrorLines));
    }

    [Fact]
    public async Task Evaluate_of_an_autoencoder_gives_its_error_and_no_accuracy()
    {
        using var people = new CommandRun { Evaluation = SampleEvaluation.OfAutoencoder() };
        using var scripts = new CommandRun { Evaluation = SampleEvaluation.OfAutoencoder() };

        Assert.Equal(0, await people.RunAsync("evaluate", "runs/x", "--output", "p"));
        Assert.Equal(0, await scripts.RunAsync("evaluate", "runs/x", "--json"));

        Assert.StartsWith("mean squared error 0.011250 of the pixels of 10,000 test images of mnist, loss 0.0312; autoencoder", people.Out, StringComparison.Ordinal);
        Assert.Contains("written: p/reconstructions.png", people.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("precision", people.Out, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(scripts.Out);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("accuracy").ValueKind);
        Assert.Equal(0.01125, json.RootElement.GetProperty("meanSquaredError").GetDouble());
    }

    [Fact]
    public async Task Evaluate_gives_accuracy_and_loss()
    {
        using var people = new CommandRun();
        using var scripts = new CommandRun();

        Assert.Equal(0, await people.RunAsync("evaluate", "runs/x", "--dataset", "mnist", "--data-dir", "/d", "--threads", "2", "--mistakes", "3", "--output", "p"));
        Assert.Equal(0, await scripts.RunAsync("evaluate", "runs/x", "--json"));

        Assert.Equal(new EvaluateOptions("runs/x", "mnist", "/d", 2, 3, "p"), people.Evaluated);
        Assert.StartsWith("99.07 % of 10,000 test images of mnist right, loss 0.0312", people.Out, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(scripts.Out);
        Assert.Equal(0.9907, json.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Equal(7, json.RootElement.GetProperty("confusion")[1][0].GetInt32());
        Assert.Equal(0.9, json.RootElement.GetProperty("classes")[0].GetProperty("recall").GetDouble());
        Assert.Equal(17, json.RootElement.GetProperty("worstMistakes")[0].GetProperty("index").GetInt32());
        Assert.Matches(@"mean +80\.00 % +85\.00 % +82\.00 %", people.Out);
        Assert.Matches(@"test image 17 +1 +0 +97\.00 % +3\.50", people.Out);
        Assert.Contains("written: p/confusion.png", people.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_shows_the_best_classes_and_a_bad_image_costs_the_others_nothing()
    {
        Prediction[] predictions =
        [
            new("a.png", [0.02, 0.9, 0.08], [-1f, 2.5f, 0f]),
            new("b.png", [], [], "b.png: not a picture that can be read: it is empty"),
            new("c.png", [0.5, 0.25, 0.25], [1f, 0f, 0f], Hint: "c.png: its border is bright"),
        ];
        using var people = new CommandRun { Predictions = predictions };
        using var scripts = new CommandRun { Predictions = predictions };

        Assert.Equal(2, await people.RunAsync("predict", "r", "a.png", "b.png", "c.png", "--centre", "--invert", "--top", "2"));
        Assert.Equal(2, await scripts.RunAsync("predict", "r", "a.png", "b.png", "c.png", "--json", "--top", "2"));

        Assert.Equal(("r", "a.png b.png c.png", true, true, 1), (people.Predicted!.Target, string.Join(' ', people.Predicted.Images), people.Predicted.Invert, people.Predicted.Centre, people.Predicted.Threads));
        Assert.Matches(@"^a.png: 1 \(90.00 %\)\n  1 █{36} +90.00 %\n  2 █{3}▎ +8.00 %\nc.png: 0 \(50.00 %\)\n", people.Out.ReplaceLineEndings("\n"));
        Assert.Equal(["disttrain: b.png: not a picture that can be read: it is empty", "c.png: its border is bright"], people.ErrorLines);
        JsonElement[] objects = [.. scripts.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["a.png", "c.png"], objects.Select(each => each.GetProperty("image").GetString()));
        Assert.Equal([1, 0], objects.Select(each => each.GetProperty("class").GetInt32()));
        Assert.Equal([1, 2], objects[0].GetProperty("top").EnumerateArray().Select(each => each.GetProperty("class").GetInt32()));
        Assert.Equal([0.02, 0.9, 0.08], objects[0].GetProperty("probabilities").EnumerateArray().Select(each => each.GetDouble()));
    }

    [Fact]
    public async Task Predict_takes_standard_input_and_needs_an_image()
    {
        using var run = new CommandRun { Predictions = [new("-", [1], [0f])] };
        using var none = new CommandRun();

        Assert.Equal(0, await run.RunAsync("predict", "r", "-"));
        Assert.Equal(2, await none.RunAsync("predict", "r"));

        Assert.Equal(["-"], run.Predicted!.Images);
        Assert.Contains("IMAGE", Assert.Single(none.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_says_what_was_written_and_knows_two_formats()
    {
        using var people = new CommandRun();
        using var scripts = new CommandRun();
        using var other = new CommandRun();

        Assert.Equal(0, await people.RunAsync("export", "r", "--format", "onnx", "--output", "m.onnx"));
        Assert.Equal(0, await scripts.RunAsync("export", "r", "--format", "safetensors", "--output", "m", "--json"));
        Assert.Equal(2, await other.RunAsync("export", "r", "--format", "pickle", "--output", "m"));

        Assert.Equal(new ExportOptions("r", ExportFormat.Onnx, "m.onnx"), people.Exported);
        Assert.Equal(ExportFormat.Safetensors, scripts.Exported!.Format);
        Assert.Equal("m.onnx: 250,000 bytes, lenet5 (modern), 61,706 parameters at step 2350, pixels (x - 0.1307) / 0.3081, weights abcd", people.Out.TrimEnd());
        Assert.Equal(61706, JsonDocument.Parse(scripts.Out).RootElement.GetProperty("parameters").GetInt32());
        Assert.Contains("'pickle'", Assert.Single(other.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_takes_what_the_command_line_says_and_gives_a_line_for_each_defect()
    {
        using var good = new CommandRun();
        using var bad = new CommandRun { Defects = ["tensor 'a' is missing", "tensor 'b' is none of the model's"] };
        using var half = new CommandRun();

        Assert.Equal(0, await good.RunAsync("import", "w.safetensors", "--output", "c", "--model", "mlp:784-10", "--dataset", "mnist", "--mean", "0.5", "--deviation", "0.25"));
        Assert.Equal(2, await bad.RunAsync("import", "w.safetensors", "--output", "c"));
        Assert.Equal(2, await half.RunAsync("import", "w.safetensors", "--output", "c", "--mean", "0.5"));

        Assert.True(good.Imported!.NamesModel);
        Assert.False(bad.Imported!.NamesModel);
        Assert.Equal(new PixelNormalisation(0.5f, 0.25f), good.Imported.Normalisation);
        JobSpec job = good.Imported.Describe(new JobSpec { Seed = 9, Variant = "classic" });
        Assert.Equal(("mlp:784-10", "classic", "mnist", 9UL), (job.Model, job.Variant, job.Dataset, job.Seed));
        Assert.Equal(["disttrain: w.safetensors: tensor 'a' is missing", "disttrain: w.safetensors: tensor 'b' is none of the model's"], bad.ErrorLines);
        Assert.Contains("--mean and --deviation belong together", Assert.Single(half.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_exits_1_and_lists_problems_when_not_clean()
    {
        using var clean = new CommandRun();
        using var bad = new CommandRun { Findings = new AuditFindings(false, 119, 3, 7616, [.. Enumerable.Range(1, 25).Select(n => $"problem {n}.")]) };

        Assert.Equal(0, await clean.RunAsync("audit", "runs/x"));
        Assert.Equal(1, await bad.RunAsync("audit", "runs/x"));

        Assert.StartsWith("clean: every sample", clean.Out, StringComparison.Ordinal);
        Assert.Contains("problem 20.", bad.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("problem 21.", bad.Out, StringComparison.Ordinal);
        Assert.Contains("and 5 more", bad.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_names_program_and_runtime()
    {
        using var run = new CommandRun();

        Assert.Equal(0, await run.RunAsync("version"));

        Assert.Matches(@"^disttrain \d+\.\d+\.\d+.*, \.NET \d+", run.Out);
    }

    private static StatusReply Status()
    {
        var status = new StatusReply { State = "training", Step = 300, TotalSteps = 2350, Epoch = 2, Epochs = 10, Loss = 0.12345, SamplesPerSecond = 24_000, WaitingFor = "1 more worker" };
        var worker = new WorkerRow { Worker = 1, Name = "w1", State = "suspected", Address = "h:1" };
        worker.Shards.AddRange([5u, 0u, 1u, 2u]);
        status.Workers.Add(worker);
        var server = new ServerRow { Address = "h:2", Plane = "h:3" };
        server.Partitions.Add(0u);
        status.Servers.Add(server);
        return status;
    }
}

using System.Text.Json;
using DistTrain.Node.Commands;
using DistTrain.Node.Client;
using DistTrain.Node.Display;
using DistTrain.Node.Export;
using DistTrain.Tests.Client;

namespace DistTrain.Tests.Commands;

/// <summary>Runs command lines against stand-ins, with what they write captured.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public FakeTraining Training { get; } = new();

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public TrainOptions? Trained { get; private set; }

    public NodeOptions? NodeRun { get; private set; }

    public EvaluateOptions? Evaluated { get; private set; }

    public Evaluation Evaluation { get; init; } = SampleEvaluation.Make();

    public PredictOptions? Predicted { get; private set; }

    public IReadOnlyList<Prediction> Predictions { get; set; } = [];

    public ExportOptions? Exported { get; private set; }

    public ImportOptions? Imported { get; private set; }

    public IReadOnlyList<string> Defects { get; set; } = [];

    public ModelFile Written { get; } = new("m.onnx", 250_000, "lenet5", "modern", "mnist", 61_706, 2350, "abcd", [0.1307f], [0.3081f]);

    public Uri? Connected { get; private set; }

    public int SessionsDisposed { get; private set; }

    public AuditFindings Findings { get; set; } = new(true, 120, 3, 7680, []);

    public string? Problem { get; set; }

    /// <summary>Thrown instead of starting a training session.</summary>
    public Exception? StartFailure { get; set; }

    /// <summary>What a training session writes to stderr while it is disposed.</summary>
    public string? LastWords { get; set; }

    public TextWriter? OutputInstead { get; set; }

    /// <summary>Exit codes of those who wanted the process to end at once.</summary>
    public List<int> Quits { get; } = [];

    public StopSignal Stop { get; private set; } = null!;

    public string Out => output.ToString();

    public string Error => error.ToString();

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public Task<int> RunAsync(params string[] args)
    {
        Stop ??= new StopSignal(Quits.Add);
        return CommandLine.RunAsync(args, Services(), new Terminal(OutputInstead ?? output, error, OutIsTerminal: false), Stop);
    }

    public void PrepareStop() => Stop = new StopSignal(Quits.Add);

    public void Dispose()
    {
        Stop?.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private CommandServices Services() => new()
    {
        StartTraining = (options, _) =>
        {
            Trained = options;
            return StartFailure is null ? Task.FromResult<ITrainingSession>(new Session(this)) : Task.FromException<ITrainingSession>(StartFailure);
        },
        RunNode = (options, _) =>
        {
            NodeRun = options;
            return Task.FromResult(0);
        },
        Evaluate = (options, _) =>
        {
            Evaluated = options;
            return Task.FromResult(Evaluation);
        },
        Predict = (options, _) =>
        {
            Predicted = options;
            return Predictions.ToAsyncEnumerable();
        },
        Export = (options, _) =>
        {
            Exported = options;
            return Task.FromResult(Written);
        },
        Import = (options, _) =>
        {
            Imported = options;
            return Defects.Count == 0 ? Task.FromResult(Written) : Task.FromException<ModelFile>(new ImportDefectsException(options.File, "lenet5", Defects));
        },
        Audit = (_, _) => Task.FromResult(Findings),
        Connect = url =>
        {
            Connected = url;
            return new Session(this);
        },
        CheckHealth = (url, _, _) =>
        {
            Connected = url;
            return Task.FromResult(Problem);
        },
        WriteSpec = spec => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web),
        Environment = Environment,
        Clock = TimeProvider.System,
    };

    private sealed class Session(CommandRun run) : ITrainingSession
    {
        public ITrainingService Service => run.Training;

        public ValueTask DisposeAsync()
        {
            run.SessionsDisposed++;
            if (run.LastWords is { } words)
            {
                run.error.WriteLine(words);
            }

            return ValueTask.CompletedTask;
        }
    }
}
